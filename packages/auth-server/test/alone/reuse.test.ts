import t from "tap";
import { claimsOf, createFakeKey, kidOf } from "../fake-signer.ts";
import { mapOf, shippedMap, startServer } from "../start-server.ts";
import { until } from "../until.ts";

const server = await startServer(t);
const { core, issue, operate, saveMap, time } = server;
await server.isReady();
const [m1, m1b, m2] = [await issue("m1"), await issue("m1"), await issue("m2")];

/** Asks as a client does that has no token yet, or with `headers`. */
const ask = (target = "m2", { token } = m1, headers: Record<string, string> = { "cache-control": "max-age=0" }) =>
  server.ask(token, { target }, headers);
const tokenOf = async (...asked: Parameters<typeof ask>): Promise<string> => (await ask(...asked)).json().accessToken;
const jtiOf = async (...asked: Parameters<typeof ask>): Promise<string> =>
  String(claimsOf(await tokenOf(...asked)).jti);
const anew = { "cache-control": "no-cache" };

t.test("the same credential gets the same token for the same target again, and nobody else does", async (t) => {
  const token = await tokenOf();
  const { mints } = core;
  t.equal(await tokenOf(), token);
  t.equal(core.mints, mints, "the core is not asked");
  t.not(await tokenOf("m1"), token, "another target");
  t.not(await tokenOf("m2", m1b), token, "another credential of the same service");
  t.not(await tokenOf("m2", m2), token, "another service");
});

t.test("each hand-out is a decision of its own on record, with the token that it gave", async (t) => {
  const jti = await jtiOf("m2", m1, anew);
  await ask();
  const records = await server.decisions(2, (line) => line.jti === jti);
  t.match(records[0], { allowed: true, credential: m1.jti });
  t.notOk("reused" in (records[0] ?? {}));
  t.match(records[1], { allowed: true, reused: true, expires_at: records[0]?.expires_at });
  t.not(records[1]?.decision_id, records[0]?.decision_id);
});

t.test("no-cache mints anew, and what it minted is handed out from then on", async (t) => {
  const before = await jtiOf();
  const minted = await jtiOf("m2", m1, anew);
  t.not(minted, before);
  t.equal(await jtiOf(), minted);
});

t.test("a token is handed out with the life that it has left, and no more at half of it", async (t) => {
  t.equal((await ask("m2", m1, anew)).json().expiresIn, 300);
  const jti = await jtiOf();
  time.offsetMs += 140_000;
  const later = await ask();
  t.equal(claimsOf(later.json().accessToken).jti, jti);
  t.ok(Math.abs(later.json().expiresIn - 160) <= 1, `${later.json().expiresIn}`);
  time.offsetMs += 11_000;
  const next = await ask();
  t.not(claimsOf(next.json().accessToken).jti, jti);
  t.equal(next.json().expiresIn, 300);
});

t.test("a cut of one token ends its own reuse, and nobody else's: whoever likes can have his own cut", async (t) => {
  const [mine, other] = [await jtiOf("m1"), await jtiOf("m2", m2)];
  await operate("POST", "/cuts", { jti: mine });
  const next = await jtiOf("m1");
  t.not(next, mine);
  t.equal(await jtiOf("m1"), next, "the new one is handed out from then on");
  t.equal(await jtiOf("m2", m2), other);
});

t.test("a cut ends the reuse, of what it ends and of all else", async (t) => {
  const [toM1, toM2] = [await jtiOf("m1"), await jtiOf("m2")];
  t.equal((await operate("POST", "/cuts", { caller: "m1", target: "m2" })).statusCode, 200);
  t.not(await jtiOf("m2"), toM2);
  t.not(await jtiOf("m1"), toM1);
  const cut = await jtiOf("m2");
  t.equal((await operate("POST", "/cuts", { jti: cut })).statusCode, 200);
  t.not(await jtiOf("m2"), cut, "a single token too");
});

t.test("a block stops it at once", async (t) => {
  await ask();
  t.equal((await operate("POST", "/blocks", { caller: "m1", target: "m2" })).statusCode, 200);
  t.equal((await ask()).statusCode, 401);
  await operate("DELETE", "/blocks/m1/m2");
  await until(async () => (await ask()).statusCode === 200);
});

t.test("a map that takes the edge away ends it, and so does one that is the same but for its number", async (t) => {
  const jti = await jtiOf();
  saveMap(mapOf("  m1: [m1]", "  m2: [m1, m2]", "  m3: [m1]"));
  await server.isInForce(2);
  t.equal((await ask()).statusCode, 401);
  saveMap(shippedMap);
  await server.isInForce(3);
  const { map, jti: now } = claimsOf(await tokenOf());
  t.equal(map, 3);
  t.not(now, jti);
});

t.test("a new signing key ends it with the first token that it signs", async (t) => {
  const old = await tokenOf("m1");
  core.signer.rotatingKey = createFakeKey("d-7");
  t.equal(kidOf(await tokenOf("m2", m1, anew)), "d-7");
  t.equal(kidOf(await tokenOf("m1")), "d-7");
  t.not(kidOf(old), "d-7");
});

t.test("a withdrawn key's token is not handed out again", async (t) => {
  core.hasKeysInterface = true;
  const token = await tokenOf();
  t.equal((await operate("DELETE", `/keys/${kidOf(token)}`)).statusCode, 200);
  await until(async () => (await ask()).statusCode === 200);
  t.not(kidOf(await tokenOf()), kidOf(token));
});

t.test("a credential that is revoked, or dead with its service, gets nothing, whatever is kept for it", async (t) => {
  await ask("m2", m1b);
  await operate("DELETE", `/credentials/${m1b.jti}`);
  t.match((await ask("m2", m1b)).json(), { error: "invalid_credential" });
  await ask("m2", m1);
  await operate("POST", "/cuts", { service: "m1" });
  t.match((await ask("m2", m1)).json(), { error: "invalid_credential" });
});
