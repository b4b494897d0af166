import { createKeys } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { openRegistry } from "../../src/credentials/credential-registry.ts";
import { issueCredential } from "../../src/credentials/issue-credential.ts";
import { claimsOf, createFakeSigner, kidOf } from "../fake-signer.ts";
import { until } from "../until.ts";
import { createMemoryStore } from "./memory-store.ts";

const now = 1_800_000_000;
const signer = createFakeSigner();

async function createIssuer(t: Test) {
  const memory = createMemoryStore();
  const clock = () => now * 1_000;
  const ignore = () => undefined;
  const registry = await openRegistry({
    store: memory.store,
    clock,
    development: true,
    staticKeyEnds: () => [],
    onLegacy: ignore,
  });
  const keys = createKeys({ load: () => signer.jwks() });
  t.teardown(() => keys.close());
  await until(() => keys.ready());
  return { memory, registry, issuer: { core: signer, keys, registry, clock } };
}

t.test("a credential lives 90 days, is signed by the static key, and is on record", async (t) => {
  const { issuer, registry } = await createIssuer(t);
  const { token, ...known } = await issueCredential(issuer, { service: "m1" });
  const { jti, ...claims } = claimsOf(token);
  t.strictSame(claims, {
    iss: "auth-server",
    sub: "m1",
    aud: "auth-server",
    iat: now,
    exp: now + 90 * 86_400,
    token_use: "credential",
  });
  t.match(kidOf(token), /^s-/);
  t.strictSame(known, { type: "jwt", jti, service: "m1", expiresAt: now + 90 * 86_400 });
  t.match(registry.list(), [{ jti, service: "m1", type: "jwt", issuedAt: now, dev: false }]);
});

t.test("a development credential says so, in itself and on record", async (t) => {
  const { issuer, registry } = await createIssuer(t);
  const { token } = await issueCredential(issuer, { service: "m1", lifetimeSeconds: 60, dev: true });
  t.match(claimsOf(token), { dev: true, exp: now + 60 });
  t.equal(registry.list()[0]?.dev, true);
});

t.test("without a record there is no credential", async (t) => {
  const { issuer, memory } = await createIssuer(t);
  memory.failure = new Error("disk full");
  await t.rejects(issueCredential(issuer, { service: "m1" }), memory.failure);
});

t.test("a credential that the core has changed is never on record", async (t) => {
  const { issuer, registry } = await createIssuer(t);
  signer.alter = (claims) => ({ ...claims, sub: "m2" });
  await t.rejects(issueCredential(issuer, { service: "m1" }), { code: "core_unavailable" });
  signer.alter = (claims) => claims;
  t.equal(registry.list().length, 0);
});
