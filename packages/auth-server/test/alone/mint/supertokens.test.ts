import { gzipSync } from "node:zlib";
import t from "tap";
import { connectCore } from "../../../src/mint/supertokens.ts";
import { startFakeCore } from "../../fake-core.ts";
import { claimsOf, kidOf } from "../../fake-signer.ts";
import { inTime } from "../../in-time.ts";
import { until } from "../../until.ts";

const fake = await startFakeCore(t);
const core = connectCore({ uri: fake.uri, apiKey: fake.apiKey });
const other = await startFakeCore(t);
other.behave("frozen");
const askedAt = performance.now();
const othersAnswer = fetch(`${other.uri}/.well-known/jwks.json`);
const iat = Math.floor(Date.now() / 1_000);
const claims = { iss: "auth-server", sub: "m1", aud: "m2", iat, exp: iat + 300 };

t.test("claims come back signed as they are, by the key that was asked for", async (t) => {
  const rotating = await core.sign(claims, "rotating");
  t.strictSame(claimsOf(rotating), claims);
  t.match(kidOf(rotating), /^d-/);
  t.match(kidOf(await core.sign(claims, "static")), /^s-/);
});

t.test("the keys come as the core publishes them", async (t) => {
  t.match(await core.jwks(), await fake.signer.jwks());
});

t.test("a frozen core is a refusal within a second, and nothing grows while it is", async (t) => {
  const before = fake.mints;
  const heapBefore = process.memoryUsage().heapUsed;
  fake.behave("frozen");
  const { result: results, ms } = await inTime(1_500, () =>
    Promise.allSettled(Array.from({ length: 2_000 }, () => core.sign(claims, "rotating"))),
  );
  t.ok(ms < 1_500, `all 2,000 have an answer after ${ms} ms`);
  const codes = new Set(results.map((result) => (result.status === "rejected" ? result.reason.code : "answered")));
  t.strictSame([...codes], ["core_unavailable"]);
  t.ok(fake.mints - before <= 3 * 64, `${fake.mints - before} of them reached the core`);
  t.ok(process.memoryUsage().heapUsed - heapBefore < 50_000_000);
});

t.test("the very next call after a core is back works", async (t) => {
  fake.behave("works");
  // A starved machine may be longer at it than a core may take: then the one after it does.
  const sign = () => core.sign(claims, "rotating");
  t.match(kidOf(await sign().catch(sign).catch(sign)), /^d-/);
});

t.test("a core that stays frozen holds no place for ever: those who come later reach it", async (t) => {
  fake.behave("frozen");
  await Promise.allSettled(Array.from({ length: 64 }, () => core.sign(claims, "rotating")));
  const { mints } = fake;
  await until(async () => {
    await core.sign(claims, "rotating").catch(() => undefined);
    return fake.mints > mints;
  }, 5_000);
  t.ok(fake.mints > mints);
  fake.behave("works");
});

t.test("a core whose answers dribble holds no place for longer than a call may take", async (t) => {
  const narrow = connectCore({ uri: fake.uri, apiKey: fake.apiKey, maxInFlight: 4 });
  fake.behave("dribbles");
  const { mints } = fake;
  await Promise.allSettled(Array.from({ length: 4 }, () => narrow.sign(claims, "rotating")));
  t.equal(fake.mints, mints + 4);
  fake.behave("works");
  await until(() => narrow.sign(claims, "rotating").catch(() => undefined), 2_000);
  t.match(kidOf(await narrow.sign(claims, "rotating")), /^d-/);
});

t.test("a core that has gone is a refusal at once; one that came back is used at once", async (t) => {
  await fake.stop();
  const { ms } = await inTime(500, () =>
    t.rejects(core.sign(claims, "rotating"), {
      code: "core_unavailable",
      cause: { message: "the core cannot be reached" },
    }),
  );
  t.ok(ms < 500, `${ms} ms`);
  await fake.start();
  t.match(kidOf(await core.sign(claims, "rotating")), /^d-/);
});

t.test("an answer that would fill the memory is cut off (CVE-2026-2581)", async (t) => {
  const jwks = JSON.stringify(await fake.signer.jwks());
  const answer = (length: number) => ({ status: 200, type: "application/json", body: jwks.padEnd(length) });
  fake.behave(answer(262_144));
  t.match(await core.jwks(), await fake.signer.jwks());
  fake.behave(answer(262_145));
  await t.rejects(core.jwks(), { code: "core_unavailable" });
  fake.behave("works");
});

t.test("an answer that is packed, once or fifty times, is refused and not unpacked (CVE-2026-22036)", async (t) => {
  let body = Buffer.from(JSON.stringify(await fake.signer.jwks()));
  for (let layers = 1; layers <= 50; layers += 1) {
    body = gzipSync(body);
    if (layers !== 1 && layers !== 50) continue;
    fake.behave({ status: 200, type: "application/json", body, encoding: Array(layers).fill("gzip").join(", ") });
    await t.rejects(core.jwks(), { code: "core_unavailable", cause: { message: /makes no sense/ } }, `${layers} times`);
    t.equal(fake.acceptEncoding, "identity", "nor was it asked for");
  }
  fake.behave("works");
});

t.test("calls to others than the core are left as they were", async (t) => {
  await until(() => performance.now() - askedAt > 2_200);
  other.behave("works");
  t.equal((await othersAnswer).status, 200, "after longer than a core would have had");
});
