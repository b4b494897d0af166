import { createKeys } from "@meshpass/verifier";
import t from "tap";
import { mintToken } from "../../src/mint/mint-token.ts";
import { createFakeKey, createFakeSigner } from "../fake-signer.ts";
import { until } from "../until.ts";

const requested = { iss: "auth-server", sub: "m1", aud: "m2", iat: 1, exp: 2 };
const signer = createFakeSigner();

t.test("one deadline holds for the signature and for the look after its key together", async (t) => {
  let isFrozen = false;
  const keys = createKeys({ load: () => (isFrozen ? new Promise(() => undefined) : signer.jwks()) });
  t.teardown(() => keys.close());
  await until(() => keys.ready());
  isFrozen = true;
  signer.rotatingKey = createFakeKey("d-new");
  const begun = performance.now();
  const minted = mintToken({ core: signer, keys, mintDeadlineMs: 30 }, requested, "rotating");
  await t.rejects(minted, { code: "core_unavailable", cause: { name: "DeadlineExceeded" } });
  t.ok(performance.now() - begun < 2_000);
});
