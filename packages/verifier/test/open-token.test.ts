import t from "tap";
import { createKeys, openToken } from "../src/index.ts";
import { accessClaims, createOtherKey, createSigningKey, headerOf, signRaw, signToken } from "./fake-issuer.ts";

const key = createSigningKey("s-1");
const keys = createKeys({ load: async () => ({ keys: [key.jwk] }) });
t.teardown(keys.close);

t.test("a signed token opens, whatever it claims", async (t) => {
  const claims = { ...accessClaims, exp: 1, aud: ["anybody"], iss: null };
  t.same(await openToken(signToken(key, claims), keys), { header: headerOf(key), claims });
  t.same((await openToken(signToken(key, {}), keys)).claims, {});
});

t.test("form, header, key and signature are checked", async (t) => {
  const good = signToken(key, accessClaims);
  const stranger = createOtherKey(key);
  const refused = {
    not_canonical: `${good}=`,
    not_three_parts: "x",
    wrong_header: signRaw(key, { ...headerOf(key), jku: "https://evil.example" }, accessClaims),
    unknown_kid: signToken({ ...key, kid: "s-2" }, accessClaims),
    bad_signature: signToken(stranger, accessClaims),
    wrong_payload: signToken(key, "[]"),
  };
  for (const [reason, token] of Object.entries(refused)) {
    await t.rejects(openToken(token, keys), { code: "invalid_token", reason });
  }
});

t.test("no keys is keys_unavailable", async (t) => {
  const none = createKeys({ load: async () => ({}) });
  t.teardown(none.close);
  await t.rejects(openToken(signToken(key, accessClaims), none), { code: "keys_unavailable" });
});
