import { writeFileSync } from "node:fs";
import { paths } from "@meshpass/protocol";
import t, { type Test } from "tap";
import type { Config } from "../src/config.ts";
import { createMicroservice } from "../src/microservice.ts";
import { createTestLog, signToken, startAuthServer, startServer } from "./fakes.ts";

async function setUp(t: Test, config: Partial<Config> & Pick<Config, "authServer">) {
  const { log, lines } = createTestLog();
  const defaults: Config = {
    name: "m1",
    services: new Map([["m1", { url: "http://localhost:8001" }]]),
    issuer: "https://issuer.example",
    authServer: "",
    credential: "cred-1",
    host: "127.0.0.1",
    port: 0,
    metricsPort: 0,
    openQuery: "this machine",
    staleFeed: "accept",
    allowHttp: false,
  };
  const service = await createMicroservice({ ...defaults, ...config }, log);
  t.teardown(async () => {
    await service.app.close();
    await service.metricsApp.close();
    await service.close();
  });
  const readyz = async () => (await service.app.inject({ url: "/readyz" })).json();
  const query = (target: string) => service.app.inject({ method: "POST", url: "/query", payload: { target } });
  return { ...service, lines, readyz, query };
}

async function untilReady({ prepare, readiness }: Awaited<ReturnType<typeof setUp>>) {
  for (; !readiness().ok; await prepare()) await new Promise((resolve) => setTimeout(resolve, 5));
}

t.test("it is ready when it has keys and an accepted credential, and then the first call works", async (t) => {
  const auth = await startAuthServer(t);
  const m2 = await startServer(t, (request, response) => response.end(request.headers.authorization?.slice(0, 9)));
  const services = new Map([
    ["m1", { url: "http://localhost:8001" }],
    ["m2", { url: m2.url }],
  ]);
  const service = await setUp(t, { authServer: auth.url, services });
  t.notOk(service.readiness().ok);
  await untilReady(service);
  t.match(await service.readyz(), { status: "ready", codes: [] });
  const answer = await service.query("m2");
  t.match([answer.statusCode, answer.body], [200, /^Bearer ey/]);
});

t.test("a service that may not call itself is refused once, which says that its credential is good", async (t) => {
  const auth = await startAuthServer(t, ({ url }) =>
    url === paths.accessToken ? [401, { error: "unauthorized_target" }] : undefined,
  );
  const service = await setUp(t, { authServer: auth.url });
  await untilReady(service);
  for (let i = 0; i < 3; i += 1) await service.prepare();
  t.equal(auth.seen.filter((line) => line === "POST /accesstoken").length, 1);
});

t.test("with a refused credential it stays up and unready, and says once how to issue one", async (t) => {
  let refused = true;
  const auth = await startAuthServer(t, ({ url }) =>
    refused && url === paths.accessToken ? [401, { error: "invalid_credential" }] : undefined,
  );
  const service = await setUp(t, { authServer: auth.url });
  for (let i = 0; i < 3; i += 1) await service.prepare();
  t.ok((await service.readyz()).codes.includes("credential_refused"));
  t.equal((await service.app.inject({ url: "/livez" })).statusCode, 200);
  t.equal(service.lines.filter((line) => line.includes("pnpm meshpass credentials issue m1")).length, 1);
  refused = false;
  await untilReady(service);
  t.ok(service.readiness().ok, "and it becomes ready by itself");
  t.equal(service.lines.filter((line) => line.includes("a credential now that the auth server accepts")).length, 1);
});

t.test("a credential that is cut later makes it unready, says how to issue one, and mends by itself", async (t) => {
  let refused = false;
  const auth = await startAuthServer(t, ({ url }) =>
    refused && url === paths.accessToken ? [401, { error: "invalid_credential" }] : undefined,
  );
  const m2 = await startServer(t, (_request, response) => response.end("hello"));
  const service = await setUp(t, {
    authServer: auth.url,
    services: new Map([
      ["m1", { url: "http://localhost:8001" }],
      ["m2", { url: m2.url }],
    ]),
  });
  await untilReady(service);
  refused = true;
  t.equal((await service.query("m2")).statusCode, 503);
  t.ok((await service.readyz()).codes.includes("credential_refused"));
  await service.prepare();
  t.notOk(service.readiness().ok, "a token from before the cut does not make it ready");
  t.equal(service.lines.filter((line) => line.includes("pnpm meshpass credentials issue m1")).length, 1);
  const accepted = () => service.lines.filter((line) => line.includes("a credential now that the auth server accepts"));
  t.same(accepted(), []);
  refused = false;
  await untilReady(service);
  t.equal(accepted().length, 1, "and says once that it has");
  const goesOn = async () => (await service.query("m2")).statusCode === 200;
  for (let round = 0; round < 40 && !(await goesOn()); round++) await new Promise((wait) => setTimeout(wait, 50));
  t.ok(await goesOn(), "within the client's own second of waiting");
});

t.test("without a credential file it stays unready, and becomes ready when one is issued", async (t) => {
  const auth = await startAuthServer(t);
  const file = `${t.testdir()}/m1.jwt`;
  const service = await setUp(t, { authServer: auth.url, credential: { file } });
  await service.prepare();
  t.ok((await service.readyz()).codes.includes("credential_missing"));
  t.match(service.lines.join(), "pnpm meshpass credentials issue m1");
  writeFileSync(file, "cred-1\n", { mode: 0o600 });
  await untilReady(service);
});

t.test("with the auth server down it is up, unready, answers 503, and logs no secret", async (t) => {
  const auth = await startAuthServer(t);
  await auth.stop();
  const service = await setUp(t, { authServer: auth.url });
  await service.prepare();
  t.same((await service.readyz()).codes, ["keys_unavailable", "cutoffs_unavailable", "credential_untried"]);
  const answer = await service.query("m1");
  t.match(
    [answer.statusCode, answer.json(), answer.headers["retry-after"]],
    [503, { error: "auth_server_unreachable" }, "1"],
  );
  const hello = await service.app.inject({
    url: "/hello",
    headers: { authorization: `Bearer ${signToken({ aud: "m1" })}` },
  });
  t.match([hello.statusCode, hello.json()], [503, { error: "keys_unavailable" }]);
  t.match(service.lines.join(), "Keys could not be loaded");
  t.notMatch(service.lines.join(), "cred-1");
});

t.test("a feed of cut-offs that failed and is read again is told, once, and not while it fails", async (t) => {
  let broken = true;
  const auth = await startAuthServer(t, ({ url }) =>
    broken && url?.startsWith(paths.cutoffs) ? [503, { error: "not_ready" }] : undefined,
  );
  const service = await setUp(t, { authServer: auth.url });
  const count = (text: string) => service.lines.filter((line) => line.includes(text)).length;
  const until = async (isSo: () => boolean) => {
    for (let round = 0; round < 200 && !isSo(); round++) {
      await service.prepare();
      await new Promise((wait) => setTimeout(wait, 20));
    }
  };
  await until(() => count("The feed of cut-offs failed") > 0);
  t.equal(count("The feed of cut-offs is read again"), 0);
  broken = false;
  await until(() => count("The feed of cut-offs is read again") > 0);
  await service.prepare();
  t.equal(count("The feed of cut-offs is read again"), 1);
  t.ok(service.readiness().ok);
});

t.test("a credential file that others may read is warned of in the log", async (t) => {
  const auth = await startAuthServer(t);
  const file = `${t.testdir({ "m1.jwt": "cred-1" })}/m1.jwt`;
  const service = await setUp(t, { authServer: auth.url, credential: { file } });
  await untilReady(service);
  t.match(service.lines.join(), "chmod 600");
});

t.test("metrics count what was answered", async (t) => {
  const auth = await startAuthServer(t);
  const service = await setUp(t, { authServer: auth.url });
  await service.query("m9");
  const { body } = await service.metricsApp.inject({ url: "/metrics" });
  t.match(body, /http_request_duration_seconds_count\{method="POST",route="\/query",status="404"\} 1/);
});

t.test("once the auth server has answered, missing keys are fetched without waiting for their next turn", async (t) => {
  let failures = 1;
  const auth = await startAuthServer(t, ({ url }) => (url === paths.jwks && failures-- > 0 ? [503, {}] : undefined));
  const service = await setUp(t, { authServer: auth.url });
  await service.prepare();
  const { codes } = await service.readyz();
  t.notOk(codes.includes("keys_unavailable"), "their own schedule waits 900 ms at least");
});

const shown = (token: string) => ({ url: "/hello", headers: { authorization: `Bearer ${token}` } });

t.test("it is not ready before it has read the feed of cut-offs, and accepts nobody", async (t) => {
  let withheld = true;
  const auth = await startAuthServer(t, ({ url }) =>
    withheld && url?.startsWith(`${paths.cutoffs}?`) === true ? [503, {}] : undefined,
  );
  const service = await setUp(t, { authServer: auth.url });
  for (let round = 0; round < 3; round += 1) await service.prepare();
  t.same((await service.readyz()).codes, ["cutoffs_unavailable"]);
  const hello = await service.app.inject(shown(signToken({ aud: "m1" })));
  t.match([hello.statusCode, hello.json(), hello.headers["retry-after"]], [503, { error: "cutoffs_unavailable" }, "1"]);
  withheld = false;
  await untilReady(service);
});

t.test("a token that is cut is refused, the auth server is told, and metrics say so", async (t) => {
  const auth = await startAuthServer(t);
  const service = await setUp(t, { authServer: auth.url });
  await untilReady(service);
  const token = signToken({ aud: "m1" });
  t.equal((await service.app.inject(shown(token))).statusCode, 200);
  auth.feed.cut("edge m1 m1");
  const status = async () => (await service.app.inject(shown(token))).statusCode;
  for (let round = 0; round < 100 && (await status()) === 200; round += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = await service.app.inject(shown(token));
  t.match([refused.statusCode, refused.json()], [401, { error: "invalid_token" }]);
  t.equal((await service.app.inject(shown(signToken({ aud: "m1", gen: "1.1" })))).statusCode, 200);
  const isTold = () => auth.seen.includes("POST /cutoffs/confirmations");
  for (let round = 0; round < 400 && !isTold(); round += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  t.ok(isTold());
  const { body } = await service.metricsApp.inject({ url: "/metrics" });
  t.match(body, /^meshpass_cutoffs_age_seconds 0\.\d+$/m);
  t.match(body, /^meshpass_cutoffs_live 1$/m);
  t.match(body, /^meshpass_cutoffs_epoch 1$/m);
  t.match(body, /^meshpass_cutoffs_head 1$/m);
  t.match(body, /^meshpass_cutoffs_refused_total\{reason="cut"\} [12]$/m);
  t.match(body, /^meshpass_cutoffs_failures_total\{reason="feed"\} 0$/m);
});

t.test("a feed that breaks is said once, and so is that it is live again", async (t) => {
  let down = false;
  const auth = await startAuthServer(t, ({ url }) =>
    down && url?.startsWith(paths.cutoffs) === true ? [503, {}] : undefined,
  );
  const service = await setUp(t, { authServer: auth.url, staleFeed: "refuse" });
  await untilReady(service);
  down = true;
  auth.feed.breakOff();
  const told = (text: string) => service.lines.filter((line) => line.includes(text)).length;
  const until = async (text: string) => {
    for (let round = 0; round < 400 && told(text) === 0; round += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await until("not live: every token is refused");
  t.equal(told("not live: every token is refused"), 1);
  t.equal(told("feed_status"), 1, "however often it was tried");
  t.equal((await service.app.inject(shown(signToken({ aud: "m1" })))).statusCode, 503);
  down = false;
  await until("live again");
  t.equal(told("live again"), 1);
  t.equal((await service.app.inject(shown(signToken({ aud: "m1" })))).statusCode, 200);
  t.notMatch(service.lines.join(), "cred-1");
});
