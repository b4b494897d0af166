import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthServer, readConfig } from "@meshpass/auth-server";
import { createClient } from "@meshpass/client";
import { createCore, openKeyStore } from "@meshpass/embedded-core";
import { createLog } from "@meshpass/http-server";
import { buildMicroservice } from "@meshpass/microservice";
import { remoteKeys } from "@meshpass/verifier";
import type { FastifyInstance } from "fastify";
import t, { type Test } from "tap";
import { ask, postJson } from "./ask.ts";
import { meshFolder } from "./mesh-folder.ts";
import { until } from "./until.ts";

const hour = 3_600_000;
const root = join(import.meta.dirname, "..", "..");
const log = createLog({ name: "walk", level: "silent", human: false, write: () => undefined });

async function listen(t: Test, app: FastifyInstance): Promise<string> {
  t.teardown(() => app.close());
  return app.listen({ host: "127.0.0.1", port: 0 });
}

/** The core, the auth server, m1 and m2, all in this process and all on one clock. */
async function startWalk(t: Test, clock: () => number) {
  const folder = meshFolder(t);
  const configFolder = join(folder, "config");
  mkdirSync(configFolder);
  cpSync(join(root, "config", "interactions.yaml"), join(configFolder, "interactions.yaml"));
  const store = openKeyStore(join(folder, "core.sqlite"));
  const core = await createCore({ store, apiKey: "an-api-key-of-the-core-0123456789", clock });
  t.teardown(() => core.close().then(() => store.close()));

  const env = {
    MESHPASS_CONFIG: configFolder,
    MESHPASS_STATE_DIR: join(folder, "state"),
    SUPERTOKENS_CONNECTION_URI: await core.listen({ host: "127.0.0.1", port: 0 }),
    SUPERTOKENS_API_KEY: "an-api-key-of-the-core-0123456789",
  };
  const read = readConfig({ env, readFile: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined) });
  if (!("config" in read)) throw new Error(read.problems.join("\n"));
  const authServer = await createAuthServer(read.config, log, clock);
  const url = await listen(t, authServer.app);
  const operator = await listen(t, authServer.operatorApp);
  t.teardown(() => authServer.close());
  await until("the auth server is ready", () => authServer.readiness().ok);

  const operatorToken = readFileSync(join(folder, "state", "operator.jwt"), "utf8").trim();
  const issued = await postJson(
    `${operator}/credentials`,
    { service: "m1", lifetimeSeconds: 60 * 86_400 },
    operatorToken,
  );
  const credential: string = JSON.parse(issued.text).token;

  const keys = remoteKeys({ url: `${url}/auth/jwt/jwks.json`, clock });
  const services = new Map([["m2", { url: "http://127.0.0.1:1" }]]);
  const common = {
    issuers: ["auth-server"],
    keys,
    openQuery: "this machine" as const,
    ready: () => ({ ok: true, codes: [] }),
    log,
    clock,
  };
  const nobody = { fetch: () => Promise.reject(new Error("m2 calls nobody")) };
  const m2 = await listen(t, await buildMicroservice({ ...common, name: "m2", services, client: nobody }));
  const client = createClient({ authServer: url, credential, services: { m2: { url: m2 } }, clock });
  const m1 = await listen(t, await buildMicroservice({ ...common, name: "m1", services, client }));
  t.teardown(async () => {
    keys.close();
    await client.close();
  });
  return { m1, m2, url, client };
}

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;

t.test("two weeks in one process: keys rotate, tokens are renewed, and no call is lost", async (t) => {
  let now = Date.now();
  const walk = await startWalk(t, () => now);
  const kids = new Set<string>();
  const lost: number[] = [];
  for (let step = 0; step < 14 * 8; step++) {
    const { status } = await postJson(`${walk.m1}/query`, { target: "m2" });
    if (status !== 200) lost.push(status);
    kids.add(kidOf((await walk.client.getToken("m2")).value));
    now += 3 * hour;
  }
  t.same(lost, []);
  t.ok(kids.size >= 2, `${kids.size} keys signed`);
  t.ok(
    [...kids].every((kid) => kid.startsWith("d-")),
    "access tokens are signed by rotating keys",
  );

  const { value } = await walk.client.getToken("m2");
  const hello = () => ask(`${walk.m2}/hello`, { headers: { authorization: `Bearer ${value}` } });
  t.equal((await hello()).status, 200);
  now += 5 * 60_000 + 4_000;
  t.equal((await hello()).status, 200, "within the tolerance of 5 s after its end");
  now += 2_000;
  t.equal((await hello()).status, 401, "and not after it, although it was seen before");
});
