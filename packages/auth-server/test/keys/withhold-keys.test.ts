import { createKeys, createVerifier } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { withholdKeys } from "../../src/keys/withhold-keys.ts";
import { createFakeSigner } from "../fake-signer.ts";

const now = 1_795_309_724;
const claims = { iss: "auth-server", sub: "m1", aud: "m2", iat: now, exp: now + 60, jti: "j", token_use: "access" };

/** The keys of a core, and which of them are withdrawn. */
async function setUp(t: Test) {
  const signer = createFakeSigner();
  const state = { loads: 0, withdrawn: new Set<string>(), listeners: new Set<() => void>() };
  const load = () => {
    state.loads += 1;
    return signer.jwks();
  };
  const coreKeys = createKeys({ load, clock: () => now * 1_000 });
  t.teardown(coreKeys.close);
  const keys = withholdKeys(coreKeys, {
    has: (kid) => state.withdrawn.has(kid),
    onAdd: (listener) => {
      state.listeners.add(listener);
      return () => void state.listeners.delete(listener);
    },
  });
  await keys.refresh();
  const kid = signer.rotatingKey.kid;
  return { signer, state, coreKeys, keys, kid, kids: () => keys.jwks()?.keys.map((key) => key.kid) };
}

t.test("a withdrawn key is out of what is published at once, and after the core has published it again", async (t) => {
  const { state, coreKeys, keys, kid, kids, signer } = await setUp(t);
  t.same(kids(), [kid, signer.staticKey.kid]);
  state.withdrawn.add(kid);
  for (const _ of ["at once", "after a load"]) {
    t.same(kids(), [signer.staticKey.kid]);
    t.equal(keys.has(kid), false);
    t.equal(coreKeys.has(kid), true);
    await keys.refresh();
  }
});

t.test("its tokens are of an unknown key, those that were checked before too, and cause no load", async (t) => {
  const { state, keys, kid, signer } = await setUp(t);
  const options = { issuers: ["auth-server"], audience: "m2", kind: "access", keys, clock: () => now * 1_000 } as const;
  const verifier = createVerifier(options);
  const token = await signer.sign(claims, "rotating");
  t.equal((await verifier.verify(token)).name, "m1");
  state.withdrawn.add(kid);
  const { loads } = state;
  for (const again of [verifier, createVerifier(options)])
    await t.rejects(
      Promise.resolve().then(() => again.verify(token)),
      { code: "invalid_token", message: /kid/ },
    );
  t.equal(state.loads, loads);
  t.equal(
    (await verifier.verify(await signer.sign(claims, "static"))).name,
    "m1",
    "the other key is as good as before",
  );
});

t.test("withdrawing is a change of the keys, as one of the core's is", async (t) => {
  const { state, keys, signer } = await setUp(t);
  let told = 0;
  const stop = keys.onChange(() => {
    told += 1;
  });
  for (const listener of state.listeners) listener();
  t.equal(told, 1);
  signer.changeKeys({ action: "stage" });
  await keys.refresh();
  t.equal(told, 2);
  stop();
  t.equal(state.listeners.size, 0);
  signer.changeKeys({ action: "drop", kid: signer.rotatingKey.kid });
  await keys.refresh();
  t.equal(told, 2);
});

t.test("without keys there is nothing to withhold from", async (t) => {
  const coreKeys = createKeys({ load: () => Promise.reject(new Error("down")) });
  t.teardown(coreKeys.close);
  t.equal(withholdKeys(coreKeys, { has: () => true, onAdd: () => () => undefined }).jwks(), undefined);
});
