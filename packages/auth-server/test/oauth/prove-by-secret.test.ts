import { timingSafeEqual } from "node:crypto";
import t from "tap";
import { basic, createClients, createEdKey } from "./client-bench.ts";

t.test("two secrets are good at once, so that one can be replaced: then the first ends, and alone", async (t) => {
  const { secretOf, authenticate, registry } = await createClients(t);
  const old = await secretOf("m1");
  const fresh = await secretOf("m1");
  const whoIs = async (secret: string) => authenticate(basic("m1", secret));
  t.match(await whoIs(old.clientSecret), { value: { credential: old.jti } });
  t.match(await whoIs(fresh.clientSecret), { value: { credential: fresh.jti } });
  await registry.revoke(old.jti);
  t.match(await whoIs(old.clientSecret), {
    refused: { reason: "revoked", caller: { name: "m1", credential: old.jti } },
  });
  t.match(await whoIs(fresh.clientSecret), { value: { credential: fresh.jti } });
  const third = await secretOf("m1");
  t.match(await whoIs(third.clientSecret), { value: { credential: third.jti } });
  await registry.cut("m1");
  for (const { clientSecret } of [fresh, third]) t.match(await whoIs(clientSecret), { refused: { reason: "revoked" } });
});

t.test("a secret is good for its own client and for its time", async (t) => {
  const { secretOf, authenticate, time } = await createClients(t);
  const { clientSecret } = await secretOf("m1", 900);
  await secretOf("m2");
  t.match(await authenticate(basic("m2", clientSecret)), { refused: { reason: "wrong_secret" } });
  time.now += 899;
  t.match(await authenticate(basic("m1", clientSecret)), { value: { name: "m1" } });
  time.now += 1;
  t.match(await authenticate(basic("m1", clientSecret)), { refused: { reason: "expired" } });
});

t.test(
  "whoever asks, known or not, is answered alike after one hash and two comparisons (OWASP ASVS 6.3.8)",
  async (t) => {
    const compared: [number, number][] = [];
    const isEqual = (one: Uint8Array, other: Uint8Array): boolean => {
      compared.push([one.length, other.length]);
      return timingSafeEqual(one, other);
    };
    const { secretOf, keyOf, jwtOf, authenticate, registry } = await createClients(t, { isEqual });
    const one = await secretOf("one-secret");
    const first = await secretOf("two-secrets");
    const second = await secretOf("two-secrets");
    const revoked = await secretOf("revoked");
    await registry.revoke(revoked.jti);
    await keyOf("keys-only", createEdKey());
    await jwtOf("jwt-only");
    const cases = [
      ["value", "one-secret", one.clientSecret],
      ["value", "two-secrets", first.clientSecret],
      ["value", "two-secrets", second.clientSecret],
      ["wrong_secret", "one-secret", `${one.clientSecret}x`],
      ["wrong_secret", "one-secret", one.clientSecret.slice(0, -1)],
      ["wrong_secret", "one-secret", "x".repeat(10_000)],
      ["wrong_secret", "two-secrets", "ü"],
      ["revoked", "revoked", revoked.clientSecret],
      ["wrong_secret", "revoked", first.clientSecret],
      ["no_secret", "keys-only", first.clientSecret],
      ["no_secret", "jwt-only", first.clientSecret],
      ["unknown_client", "nobody", first.clientSecret],
      ["unknown_client", "__proto__", first.clientSecret],
      ["unknown_client", "constructor", first.clientSecret],
      ["unknown_client", "M1 \u0000", first.clientSecret],
    ] as const;
    for (const [expected, client_id, client_secret] of cases) {
      compared.length = 0;
      const answer = await authenticate([], { client_id, client_secret });
      t.strictSame(compared, [
        [32, 32],
        [32, 32],
      ]);
      if (expected === "value") t.match(answer, { value: { name: client_id } });
      else t.match(answer, { refused: { code: "invalid_client", reason: expected } }, client_id);
    }
  },
);

t.test("what stands for no secret is no secret, even if something were equal to it", async (t) => {
  const { keyOf, authenticate } = await createClients(t, { isEqual: () => true });
  await keyOf("m1", createEdKey());
  t.match(await authenticate(basic("m1", "x")), { refused: { reason: "no_secret" } });
  t.match(await authenticate(basic("m2", "x")), { refused: { reason: "unknown_client" } });
});
