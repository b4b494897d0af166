import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CutoffsEnvelope, parseGeneration } from "@meshpass/protocol";
import t from "tap";
import { claimsOf } from "../../fake-signer.ts";
import { mapOf, startServer } from "../../start-server.ts";
import { until } from "../../until.ts";

const map = mapOf("  m1: [m1, m2, m3]", "  m2: [m1, m2]", "  m3: [m1]");
const server = await startServer(t, { map });
await server.isReady();
const { ask, core, issue, operate } = server;
const m1 = (await issue("m1")).token;

t.beforeEach(() => core.behave("works"));

const payloadOf = (jws: string): CutoffsEnvelope =>
  JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString());
const feed = async (): Promise<CutoffsEnvelope> => payloadOf((await server.app.inject("/cutoffs")).json().envelope);
const genOf = async (target: string) => {
  const { accessToken } = (await ask(m1, { target })).json();
  return parseGeneration(claimsOf(accessToken).gen)?.number ?? Number.NaN;
};
const cut = async (body: object) => (await operate("POST", "/cuts", body)).json();

t.test("a cut is in the feed when the operator has its answer, and tokens know of it from then on", async (t) => {
  const before = await genOf("m3");
  const done = await cut({ caller: "m1", target: "m3" });
  t.match(done, { ends: "edge m1 m3", number: before + 1, mapAllows: true });
  t.match(await feed(), { epoch: done.epoch, head: done.number });
  t.match((await feed()).cuts.at(-1), { number: done.number, ends: "edge m1 m3" });
  t.equal(await genOf("m3"), done.number);
  t.match(await cut({ caller: "m1", target: "m9" }), { mapAllows: false });
});

t.test("each kind of cut is what its body says, and anything else is 400", async (t) => {
  t.match(await cut({ service: "m2" }), { ends: "caller m2", credentialsEnded: 0 });
  t.match(await cut({ target: "m3" }), { ends: "target m3" });
  t.match(await cut({ everything: true }), { ends: "all" });
  const jti = claimsOf((await ask(m1, { target: "m2" })).json().accessToken).jti;
  t.match(await cut({ jti }), { ends: /^jti [\w-]{43}$/ });
  const { head } = await feed();
  for (const body of [
    {},
    { caller: "m1" },
    { service: "m1", target: "m2" },
    { service: "M1" },
    { target: "__proto__" },
    { everything: false },
    { everything: 1 },
    { jti: "a b" },
    { jti: 7 },
    { target: "m3", dryRun: "yes" },
    { target: "m3", extra: 1 },
  ])
    t.equal((await operate("POST", "/cuts", body)).statusCode, 400, JSON.stringify(body));
  t.equal((await feed()).head, head, "and nothing was cut");
});

t.test("a dry run says what would stop and who used it last, and stops nothing", async (t) => {
  await ask(m1, { target: "m3" });
  await ask(m1, { target: "m2" });
  const { head } = await feed();
  const edges = async (body: object) => {
    const { wouldEnd } = await cut({ ...body, dryRun: true });
    return wouldEnd.map(({ caller, target }: { caller: string; target: string }) => `${caller} ${target}`);
  };
  t.strictSame(await edges({ service: "m1" }), ["m1 m2", "m1 m3"], "the last used first");
  t.strictSame(await edges({ caller: "m1", target: "m3" }), ["m1 m3"]);
  t.strictSame(await edges({ target: "m2" }), ["m1 m2"]);
  t.strictSame(await edges({ everything: true }), ["m1 m2", "m1 m3"]);
  t.strictSame(await edges({ target: "m1" }), []);
  t.match(await cut({ service: "m1", dryRun: true }), { credentials: 1, since: Number });
  t.equal((await feed()).head, head);
  t.equal((await ask(m1, { target: "m3" })).statusCode, 200);
});

t.test("a token that is cut while the core works on it never leaves; the one that does knows of the cut", async (t) => {
  const { mints } = core;
  core.behave("frozen");
  const asked = ask(m1, { target: "m3" });
  await until(() => core.mints > mints);
  const { number } = await cut({ caller: "m1", target: "m3" });
  core.behave("works");
  const answer = await asked;
  t.equal(answer.statusCode, 200);
  t.equal(parseGeneration(claimsOf(answer.json().accessToken).gen)?.number, number);
  t.equal(core.mints, mints + 2, "the first one was thrown away");
  const withdrawn = await server.decisions(1, ({ outcome, reason }) => outcome !== undefined && reason === "cut");
  t.equal(withdrawn.length, 1, "and that is on record");
});

t.test("a block stops new tokens and ends the old ones, until it is lifted; other edges go on", async (t) => {
  const { head } = await feed();
  t.match((await operate("POST", "/blocks", { caller: "m1", target: "m3" })).json(), { ends: "edge m1 m3" });
  t.equal((await feed()).head, head + 1);
  const refused = await ask(m1, { target: "m3" });
  t.match(refused.json(), { error: "unauthorized_target" });
  t.match(await server.decisions(1, (line) => line.decision_id === refused.json().decision_id), [
    { reason: "blocked" },
  ]);
  t.equal((await ask(m1, { target: "m2" })).statusCode, 200);
  t.match((await operate("GET", "/blocks")).json(), { blocks: [{ caller: "m1", target: "m3", at: Number }] });
  t.equal((await operate("DELETE", "/blocks/m1/m3")).statusCode, 200);
  t.equal((await operate("DELETE", "/blocks/m1/m3")).json().error, "unknown_block");
  t.equal((await ask(m1, { target: "m3" })).statusCode, 200);
  t.match((await operate("POST", "/blocks", { caller: "m1" })).json(), { ends: "caller m1" });
  t.equal((await ask(m1, { target: "m2" })).statusCode, 401);
  t.equal((await operate("DELETE", "/blocks/m1")).statusCode, 200);
  t.equal((await ask(m1, { target: "m2" })).statusCode, 200);
});

t.test("a map that takes an edge away cuts its tokens before the first one is decided on it", async (t) => {
  const { head } = await feed();
  const number = (await operate("GET", "/status")).json().map.number;
  server.saveMap(mapOf("  m1: [m1, m2]", "  m2: [m1, m2]", "  m3: [m1]"));
  await server.isInForce(number + 1);
  t.match((await feed()).cuts.at(-1), { number: head + 1, ends: "edge m1 m3" });
  t.equal(await genOf("m2"), head + 1);
  server.saveMap(map);
  await server.isInForce(number + 2);
  t.equal((await feed()).head, head + 1, "an edge that comes back cuts nothing");
  t.equal(await genOf("m3"), head + 1, "and its new tokens are younger than the cut");
});

t.test("a revoked credential takes the tokens of its service with it, unless they are to be kept", async (t) => {
  const { head } = await feed();
  const { jti } = await issue("m3");
  t.match((await operate("DELETE", `/credentials/${jti}?keepTokens=true`)).json(), { revoked: jti, keptTokens: true });
  t.equal((await feed()).head, head);
  t.match((await operate("DELETE", `/credentials/${jti}`)).json(), { revoked: jti, ends: "caller m3" });
  t.equal((await feed()).head, head + 1);
});

t.test("the feed's key and certificate are in a file for this user alone", async (t) => {
  const kept = JSON.parse(readFileSync(join(server.folder, "feed-key.json"), "utf8"));
  t.equal(kept.certificate, (await server.app.inject("/cutoffs")).json().certificate);
  t.match(claimsOf(kept.certificate), {
    iss: "auth-server",
    sub: "auth-server",
    aud: "meshpass:cutoffs",
    token_use: "feed-key",
    feed_key: /^[\w-]{43}$/,
  });
});
