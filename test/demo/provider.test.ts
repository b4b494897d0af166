import { globSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ask } from "../walk/ask.ts";
import { createDemoPlace, serveDemo } from "./demo-place.ts";
import { runDemo } from "./run-demo.ts";

/** The transcript of the reference, but for what its authors' library says of an error. */
const transcript = (resource: string) => `[Consumer]: get /public (public)
[Provider]: 200 OK moo${" "}

[Consumer]: get /read-resource (not authenticated)
[Provider]: 401 Unauthorized ${" "}

[Consumer]: post /token (bad credentials)
[Provider]: 401 Unauthorized {"error":"invalid_client","error_description":"Client authentication failed."}${" "}

[Consumer]: post /token (valid credentials)
[Provider]: 200 OK {"access_token":"<64 hex>","token_type":"Bearer","expires_in":3600,"scope":"read"}${" "}

authorization token successfully retrieved!${" "}

[Consumer]: get /read-resource (authenticated, resource is not yet defined)
[Provider]: 200 OK {"resource":${resource}}${" "}

[Consumer]: post /write-resource (authentication failed)
[Provider]: 401 Unauthorized {"error":"invalid_token","error_description":"The token was refused."}${" "}

[Consumer]: post /write-resource (Invalid token)
[Provider]: 200 OK {"message":"resource created"}${" "}

[Consumer]: get /read-resource (authenticated, resource is now)
[Provider]: 200 OK {"resource":"foo-bar-moo"}${" "}

`;

t.test("the provider and its consumer", async (t) => {
  const place = await createDemoPlace(t);
  const origin = `http://localhost:${place.port(8080)}`;
  const missing = await runDemo(place, "consumer");
  t.equal(missing.exitCode, 1);
  t.match(
    missing.stderr,
    /^demo: .*consumer\.secret cannot be read .*pnpm demo provider\n$/,
    "before there is a provider",
  );

  const provider = await serveDemo(t, place, "provider", `[Provider]: listens to ${origin}\n`);

  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runDemo(place, "consumer", ...args);
    return { exitCode, stderr, text: stdout.replace(/"[0-9a-f]{64}"/g, '"<64 hex>"') };
  };

  await t.test(
    "a token with scope read alone is 403 at the write, and the consumer says which step differed",
    async (t) => {
      const { exitCode, stderr, text } = await run("--scope", "read");
      t.equal(exitCode, 1);
      t.equal(stderr, "demo: step 7, post /write-resource: 403 insufficient_scope where 200 was expected\n");
      t.match(text, /\[Provider\]: 403 Forbidden \{"error":"insufficient_scope"/);
    },
  );

  await t.test(
    "the first run is the transcript of the reference, on a provider where nothing was written",
    async (t) => {
      t.strictSame(await run(), { exitCode: 0, stderr: "", text: transcript("null") });
    },
  );

  await t.test("the second run finds foo-bar-moo at its fifth step", async (t) => {
    t.strictSame(await run(), { exitCode: 0, stderr: "", text: transcript('"foo-bar-moo"') });
  });

  await t.test("a scope that is not granted ends it with the OAuth error", async (t) => {
    const { exitCode, stderr } = await run("--scope", "read admin");
    t.equal(exitCode, 1);
    t.equal(stderr, "demo: step 7, post /write-resource: no token with scope read admin: 400 invalid_scope\n");
  });

  await t.test("the secrets are this user's alone", async (t) => {
    for (const file of ["consumer.secret", "gift-deliveries.secret", "provider.jwt"])
      t.equal(statSync(join(place.demoState, "credentials", file)).mode & 0o777, 0o600, file);
  });

  await t.test(
    "/token takes a secret in the body too, and refuses a wrong one with 401 there (node-oauth: 400)",
    async (t) => {
      const { status, headers } = await ask(`${origin}/token`, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "client_credentials", client_id: "consumer", client_secret: "wrong" }),
      });
      t.equal(status, 401);
      t.match(headers.get("www-authenticate"), /^Basic /);
      t.equal(headers.get("cache-control"), "no-store");
    },
  );

  await t.test("when the provider is gone the consumer says so, and ends with 1", async (t) => {
    t.equal(await provider.stop(), 0);
    const { exitCode, stderr } = await run();
    t.equal(exitCode, 1);
    t.equal(stderr, `demo: step 1, get /public: ${origin} did not answer (ECONNREFUSED)\n`);
  });

  await t.test("where the auth server's store is lost, the next start makes secrets that are good again", async (t) => {
    for (const file of globSync("auth-server.sqlite*", { cwd: place.demoState })) rmSync(join(place.demoState, file));
    await serveDemo(t, place, "provider", `[Provider]: listens to ${origin}\n`);
    t.match(await run(), { exitCode: 0, stderr: "" });
  });
});

t.test("what keeps a demo from starting is one line, and nothing is started", async (t) => {
  const { env, folder, demoConfig } = await createDemoPlace(t);
  const start = (changes: NodeJS.ProcessEnv) => runDemo({ env: { ...env, ...changes }, folder }, "provider");
  const down = await start({ MESHPASS_AUTH_SERVER: "http://127.0.0.1:1" });
  const remedy = "start it, or unset MESHPASS_AUTH_SERVER";
  t.strictSame(down, { exitCode: 1, stdout: "", stderr: `demo: http://127.0.0.1:1 does not answer; ${remedy}\n` });
  t.match(
    (await start({ MESHPASS_AUTH_SERVER: "http://auth.example" })).stderr,
    /^demo: MESHPASS_AUTH_SERVER is http: /,
  );
  t.match((await start({ MESHPASS_PORT_OFFSET: "x" })).stderr, /^demo: MESHPASS_PORT_OFFSET must be /);
  t.match((await start({ MESHPASS_CONFIG: folder })).stderr, /^demo: .*services\.yaml cannot be read \(ENOENT\); /);
  writeFileSync(join(demoConfig, "services.yaml"), "m1: { url: http://127.0.0.1:8001 }\n");
  t.match(await start({}), { exitCode: 1, stdout: "", stderr: /^demo: .*services\.yaml has no provider\n$/ });
});

t.test("what is no demo, or no option of one, is one line that says what is", async (t) => {
  const place = await createDemoPlace(t);
  t.match(await runDemo(place, "m1"), {
    exitCode: 1,
    stderr: /^demo: there is no m1; write one of provider, consumer/,
  });
  t.match(await runDemo(place), { exitCode: 1, stderr: /^demo: there is no demo; / });
  t.match(await runDemo(place, "consumer", "--port", "1"), { exitCode: 1, stderr: /consumer takes --scope TEXT\n$/ });
});
