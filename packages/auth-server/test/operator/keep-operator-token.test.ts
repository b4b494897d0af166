import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createKeys, createVerifier } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { keepOperatorToken } from "../../src/operator/keep-operator-token.ts";
import { claimsOf, createFakeSigner, kidOf } from "../fake-signer.ts";
import { until } from "../until.ts";

const begin = 1_800_000_000;
const hour = 3_600;
const signer = createFakeSigner();

async function createKeeper(t: Test) {
  const state = { now: begin, isUp: true };
  const clock = () => state.now * 1_000;
  const keys = createKeys({ load: () => (state.isUp ? signer.jwks() : Promise.reject(new Error("down"))), clock });
  t.teardown(() => keys.close());
  await until(() => keys.ready());
  const common = { issuers: ["auth-server"], keys, clock };
  const verifier = createVerifier({ ...common, audience: "meshpass:operator", kind: "operator" });
  const path = join(t.testdir(), "state", "operator.jwt");
  const keep = () => keepOperatorToken({ core: signer, keys, verifier, clock, path });
  return { state, path, keep, read: () => readFileSync(path, "utf8") };
}

t.test("the server keeps a token for its own user alone, with every right, for 12 h", async (t) => {
  const { keep, read, path } = await createKeeper(t);
  await keep();
  t.match(claimsOf(read()), {
    sub: "operator:local",
    aud: "meshpass:operator",
    token_use: "operator",
    role: "issue",
    exp: begin + 12 * hour,
  });
  t.match(kidOf(read()), /^s-/);
  t.equal((statSync(path).mode & 0o777).toString(8), "600");
});

t.test("it is renewed at half of its life, and when it is no good", async (t) => {
  const { keep, read, path, state } = await createKeeper(t);
  await keep();
  const first = read();
  state.now = begin + 6 * hour - 1;
  await keep();
  t.equal(read(), first);
  state.now += 1;
  await keep();
  t.not(read(), first);
  writeFileSync(path, "nonsense");
  await keep();
  t.match(claimsOf(read()), { role: "issue" });
});

t.test("a token that cannot be checked because the core is away is left as it is", async (t) => {
  const { keep, read, state } = await createKeeper(t);
  await keep();
  const first = read();
  state.isUp = false;
  state.now += 25 * hour;
  await t.rejects(keep(), { code: "keys_unavailable" });
  t.equal(read(), first);
});
