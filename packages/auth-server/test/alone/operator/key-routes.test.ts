import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type CutoffsEnvelope, paths } from "@meshpass/protocol";
import t from "tap";
import { claimsOf, kidOf, signClaims } from "../../fake-signer.ts";
import { startServer } from "../../start-server.ts";
import { until } from "../../until.ts";

const server = await startServer(t);
const { operate, ask, issue, core, app } = server;
const { signer } = core;
await server.isReady();

t.beforeEach(async () => {
  core.hasKeysInterface = true;
  core.behave("works");
});

const published = async (): Promise<string[]> =>
  (await app.inject(paths.jwks)).json().keys.map(({ kid }: { kid: string }) => kid);
const envelope = async (): Promise<CutoffsEnvelope> => {
  const [, payload = ""] = (await app.inject("/cutoffs")).json().envelope.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString());
};
const listed = async (): Promise<Record<string, string>> => {
  const { keys } = (await operate("GET", "/keys")).json();
  return Object.fromEntries(keys.map(({ kid, state }: { kid: string; state: string }) => [kid, state]));
};
const confirm = async (credential: string, kids: readonly string[]) => {
  await server.follow(credential, "7c1e");
  return app.inject({
    method: "POST",
    url: paths.confirmations,
    headers: { authorization: `Bearer ${credential}` },
    payload: { instance: "7c1e", version: "1", epoch: 0, head: 0, kids, keysAgeSeconds: 0, now: Date.now() },
  });
};

t.test("a rotation: the key is staged, every live receiver has it, it signs", async (t) => {
  const m3 = (await issue("m3")).token;
  const old = signer.rotatingKey.kid;
  t.equal((await confirm(m3, [old])).statusCode < 300, true);
  const { staged } = (await operate("POST", "/keys", { action: "stage" })).json();
  t.same(await published(), [staged, old, signer.staticKey.kid], "it can be checked before it signs");
  t.match(await listed(), { [staged]: "staged", [old]: "signing" });
  const behind = await operate("POST", "/keys", { action: "promote", kid: staged });
  t.same([behind.statusCode, behind.json().error], [409, "receivers_behind"]);
  t.match((await operate("GET", "/keys")).json().rotation, {
    next: "wait",
    holding: 0,
    receivers: 1,
    behind: [{ service: "m3", instance: "7c1e" }],
  });
  await confirm(m3, [old, staged]);
  t.same((await operate("POST", "/keys", { action: "promote", kid: staged })).json(), { promoted: staged });
  t.equal(kidOf((await ask((await issue("m1")).token)).json().accessToken), staged);
});

t.test("a promotion can be forced", async (t) => {
  const m3 = (await issue("m3")).token;
  await confirm(m3, []);
  const { staged } = (await operate("POST", "/keys", { action: "stage" })).json();
  t.equal((await operate("POST", "/keys", { action: "promote", kid: staged, force: true })).statusCode, 200);
  t.equal(signer.rotatingKey.kid, staged);
});

t.test("a withdrawn rotating key is out of the key set, cut off and dropped, and tokens go on", async (t) => {
  const { token } = await issue("m1");
  const kid = kidOf((await ask(token)).json().accessToken);
  const before = await envelope();
  const { atCore, ...done } = (await operate("DELETE", `/keys/${kid}`)).json();
  t.match(done, { withdrawn: kid, ends: `kid ${kid}`, epoch: before.epoch, number: before.head + 1 });
  t.equal(atCore, "dropped");
  const now = await envelope();
  t.match(now.cuts.at(-1), { ends: `kid ${kid}` });
  t.not(now.keys, before.keys, "who reads the feed learns that the keys changed");
  t.notOk((await published()).includes(kid));
  t.match(await listed(), { [kid]: "withdrawn" });
  const next = await ask(token);
  t.equal(next.statusCode, 200);
  t.not(kidOf(next.json().accessToken), kid);
});

t.test(
  "a withdrawn static key ends every credential, and the server's own papers are new within moments",
  async (t) => {
    const { token } = await issue("m1");
    const kid = signer.staticKey.kid;
    const operatorToken = () => readFileSync(join(server.folder, "operator.jwt"), "utf8").trim();
    const certificate = async () => (await app.inject("/cutoffs")).json().certificate;
    t.equal(kidOf(await certificate()), kid);
    const listedCredential = async () =>
      (await operate("GET", "/credentials"))
        .json()
        .credentials.find(({ jti }: { jti: string }) => jti === claimsOf(token).jti);
    const { issuedAt } = await listedCredential();
    await until(() => Date.now() / 1_000 >= issuedAt + 1);
    t.equal((await operate("DELETE", `/keys/${kid}`)).json().atCore, "dropped");
    await until(() => kidOf(operatorToken()) === signer.staticKey.kid);
    await until(async () => kidOf(await certificate()) === signer.staticKey.kid);
    t.match((await ask(token)).json(), { error: "invalid_credential" });
    t.match(await listedCredential(), { keyWithdrawnAt: Number });
    t.equal((await ask((await issue("m1")).token)).statusCode, 200);
  },
);

t.test("on a core without the interface a key is withdrawn here, and it says what it could not do", async (t) => {
  core.hasKeysInterface = false;
  const { token } = await issue("m2");
  const kid = signer.rotatingKey.kid;
  for (const body of [{ action: "stage" }, { action: "promote", kid }]) {
    const answer = await operate("POST", "/keys", body);
    t.same([answer.statusCode, answer.json().error], [501, "not_supported_by_core"]);
  }
  t.match((await operate("GET", "/keys")).json(), { core: "other", keys: [{ kid, state: "published" }] });
  t.match((await operate("DELETE", `/keys/${kid}`)).json(), { withdrawn: kid, atCore: "not_supported_by_core" });
  t.notOk((await published()).includes(kid));
  const refused = await ask(token, { target: "m1" });
  t.same([refused.statusCode, refused.json().error], [503, "core_key_unknown"], "no token of that key ever leaves");
  core.hasKeysInterface = true;
  t.match((await operate("DELETE", `/keys/${kid}`)).json(), { atCore: "dropped" }, "and may be asked again");
  t.equal((await ask(token, { target: "m1" })).statusCode, 200);
});

t.test("while the core is away a key is withdrawn all the same", async (t) => {
  const kid = signer.rotatingKey.kid;
  const forged = signClaims(signer.rotatingKey, { iss: "auth-server" });
  await core.stop();
  t.match((await operate("GET", "/keys")).json(), { core: "unreachable" });
  t.match((await operate("DELETE", `/keys/${kid}`)).json(), { withdrawn: kid, atCore: "core_unavailable" });
  t.notOk((await published()).includes(kid));
  t.match((await ask(forged)).json(), { error: "invalid_credential" });
  await core.start();
});

t.test("a withdrawal that the store does not take is 503, and has not happened", async (t) => {
  const kid = signer.staticKey.kid;
  const other = new DatabaseSync(join(server.folder, "auth-server.sqlite"));
  other.exec("begin immediate");
  const answer = await operate("DELETE", `/keys/${kid}`);
  t.same([answer.statusCode, answer.json().error], [503, "store_unavailable"]);
  other.exec("rollback");
  other.close();
  t.ok((await published()).includes(kid));
});

t.test("an unknown key is 404, and what is no kid or no change is 400", async (t) => {
  const before = JSON.stringify(await listed());
  core.keyChanges.length = 0;
  const unknown = [
    await operate("DELETE", "/keys/d-1"),
    await operate("POST", "/keys", { action: "promote", kid: "d-1" }),
  ];
  for (const answer of unknown) t.same([answer.statusCode, answer.json().error], [404, "unknown_key"]);
  for (const kid of ["a%20b", "%00", "a%2Fb", "%E2%82%AC", "a".repeat(129)])
    t.equal((await operate("DELETE", `/keys/${kid}`)).statusCode, 400, kid);
  for (const body of [
    {},
    [],
    { action: "rotate" },
    { action: "stage", kid: "d-1" },
    { action: "stage", force: true },
    { action: "promote" },
    { action: "promote", kid: 1 },
    { action: "promote", kid: "a b" },
    { action: "promote", kid: "d-1", force: "yes" },
    { action: "drop", kid: "d-1" },
    { action: "stage", other: 1 },
  ])
    t.equal((await operate("POST", "/keys", body)).statusCode, 400, JSON.stringify(body));
  t.equal(JSON.stringify(await listed()), before);
  t.same(core.keyChanges, []);
});

t.test("no token and no key of the core's stands in the log", async (t) => {
  t.notMatch(server.log.join(""), /eyJ|a-key-of-a-core/);
});
