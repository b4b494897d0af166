import { createHash } from "node:crypto";
import t from "tap";
import { begin, createClients } from "../oauth/client-bench.ts";

t.test("a secret is 256 random bits that a scanner for secrets finds, and only its hash is kept", async (t) => {
  const { secretOf, memory, listOf, registry } = await createClients(t);
  const made = await secretOf("m1", 900);
  const { clientSecret, jti } = made;
  t.match(clientSecret, /^mps_[A-Za-z0-9_-]{43}$/);
  t.strictSame(made, { type: "secret", clientId: "m1", clientSecret, jti, service: "m1", expiresAt: begin + 900 });
  t.not((await secretOf("m2")).clientSecret, clientSecret);
  const kept = await memory.store.credentials();
  t.equal(kept[0]?.secretHash, createHash("sha256").update(clientSecret).digest("hex"));
  t.notMatch(JSON.stringify(kept), clientSecret.slice(4));
  const times = { issuedAt: begin, expiresAt: begin + 900, dev: false, revokedAt: undefined };
  t.strictSame(listOf("m1"), [{ jti, service: "m1", type: "secret", ...times }], "of which the list shows nothing");
  t.equal(registry.countGood("m1"), 1);
});

t.test("a service has at most two good secrets; one that ended leaves its place", async (t) => {
  const { secretOf, jwtOf, registry, time, listOf } = await createClients(t);
  await jwtOf("m1");
  const first = await secretOf("m1", 60);
  const second = await secretOf("m1");
  await t.rejects(secretOf("m1"), { code: "too_many_secrets" });
  await secretOf("m2");
  await registry.revoke(second.jti);
  await secretOf("m1");
  await t.rejects(secretOf("m1"), { code: "too_many_secrets" });
  time.now += 60;
  const last = await secretOf("m1");
  t.strictSame(
    listOf("m1").filter(({ jti }) => [first.jti, last.jti].includes(jti)).length,
    2,
    "what has expired is still listed",
  );
  t.equal(await registry.cut("m1"), 3, "a JWT and two secrets");
});

t.test("of secrets that are asked for at the same time only two are made", async (t) => {
  const { secretOf, listOf } = await createClients(t);
  const made = await Promise.allSettled(Array.from({ length: 5 }, () => secretOf("m1")));
  t.equal(made.filter(({ status }) => status === "fulfilled").length, 2);
  t.equal(listOf("m1").length, 2);
});

t.test("without a record there is no secret", async (t) => {
  const { secretOf, memory, listOf } = await createClients(t);
  memory.failure = new Error("disk full");
  await t.rejects(secretOf("m1"), memory.failure);
  t.strictSame(listOf("m1"), []);
});
