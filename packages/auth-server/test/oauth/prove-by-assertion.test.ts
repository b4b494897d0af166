import { createHmac } from "node:crypto";
import t, { type Test } from "tap";
import { encode } from "../fake-signer.ts";
import {
  begin,
  claimsOf,
  createClients,
  createEcKey,
  createEdKey,
  createRsaKey,
  encodeText,
  issuerUrl,
  signAssertion,
  signatureOf,
  tokenEndpoint,
} from "./client-bench.ts";

const [rsa, ec, ed] = [createRsaKey(), createEcKey(), createEdKey()];

/** A client m1 that has one key, and what becomes of assertions. */
async function createOne(t: Test, key = ed) {
  const clients = await createClients(t);
  const { kid, jti } = await clients.keyOf("m1", key);
  const isRefused = async (reason: string, assertion: string, more = {}): Promise<void> => {
    t.match(await clients.assert(assertion, more), { refused: { code: "invalid_client", reason } }, reason);
    t.equal(clients.assertions.kept.size, 0, "and nothing of it is stored");
  };
  return { ...clients, kid, jti, isRefused };
}

t.test("RFC 7523 3: a client is who signs with its key, in each algorithm that fits the key", async (t) => {
  for (const key of [rsa, { ...rsa, alg: "PS256" }, ec, ed]) {
    const { assert, kid, jti } = await createOne(t, key);
    const known = { value: { name: "m1", credential: jti } };
    t.match(await assert(signAssertion(key, claimsOf("m1"))), known, key.alg);
    t.match(await assert(signAssertion(key, claimsOf("m1"), { kid })), known, `${key.alg} with its kid`);
    for (const typ of ["JWT", "client-authentication+jwt"]) {
      t.match(await assert(signAssertion(key, claimsOf("m1"), { typ })), known, typ);
    }
    t.match(await assert(signAssertion(key, claimsOf("m1")), { client_id: "m1" }), known);
  }
});

t.test(
  "RFC 7521 4.2: the header's kid chooses among the keys of a client; without one whichever fits will do",
  async (t) => {
    const { assert, keyOf, registry, kid, jti } = await createOne(t);
    const [other, third] = [createEdKey(), createEdKey()];
    const { kid: otherKid, jti: otherJti } = await keyOf("m1", other);
    await keyOf("m1", ec);
    t.match(await assert(signAssertion(other, claimsOf("m1"))), { value: { credential: otherJti } });
    t.match(await assert(signAssertion(other, claimsOf("m1"), { kid: otherKid })), { value: { credential: otherJti } });
    const refusalOf = async (key: typeof other, header = {}) => assert(signAssertion(key, claimsOf("m1"), header));
    t.match(await refusalOf(other, { kid }), { refused: { reason: "bad_signature" } });
    t.match(await refusalOf(third), { refused: { reason: "bad_signature" } });
    t.match(await refusalOf(other, { kid: "__proto__" }), { refused: { reason: "unknown_kid" } });
    t.match(await refusalOf(rsa), { refused: { reason: "no_fitting_key" } });
    t.match(await refusalOf(ec, { kid: otherKid }), { refused: { reason: "no_fitting_key" } });
    await registry.revoke(jti);
    t.match(await refusalOf(ed, { kid }), { refused: { reason: "no_good_key" } });
    t.match(await refusalOf(ed), { refused: { reason: "bad_signature" } }, "that key is not tried");
  },
);

t.test("RFC 7523 3: an assertion signed by another client's key, or naming another client, is refused", async (t) => {
  const { isRefused, keyOf, secretOf } = await createOne(t);
  await keyOf("m2", ec);
  await secretOf("m4");
  await isRefused("no_fitting_key", signAssertion(ec, claimsOf("m1")));
  await isRefused("bad_signature", signAssertion(createEdKey(), claimsOf("m1")));
  await isRefused("no_fitting_key", signAssertion(ed, claimsOf("m2")));
  await isRefused("unknown_client", signAssertion(ed, claimsOf("m3")));
  await isRefused("no_fitting_key", signAssertion(ed, claimsOf("m4")));
  await isRefused("wrong_issuer", signAssertion(ed, { ...claimsOf("m1"), iss: "m2" }));
  await isRefused("wrong_issuer", signAssertion(ed, { ...claimsOf("m1"), iss: ["m1"] }));
  await isRefused("wrong_issuer", signAssertion(ed, { ...claimsOf("m1"), iss: undefined }));
  await isRefused("other_client_id", signAssertion(ed, claimsOf("m1")), { client_id: "m2" });
  for (const sub of [undefined, "", "M1", "operator", "auth-server", "__proto__", ["m1"], 1, null]) {
    await isRefused("wrong_subject", signAssertion(ed, { ...claimsOf("m1"), iss: sub, sub }));
  }
});

t.test("RFC 7523 3: it is meant for this server alone, by one of its two names", async (t) => {
  const { isRefused, assert } = await createOne(t);
  for (const aud of [
    ...[undefined, null, "", "https://evil.example", `${issuerUrl}/`, issuerUrl.toUpperCase(), `${tokenEndpoint}?x`],
    ...[[], [issuerUrl, "https://evil.example"], [issuerUrl, issuerUrl], [[issuerUrl]], { 0: issuerUrl, length: 1 }],
    ...["auth-server", issuerUrl.slice(0, -1), 7],
  ]) {
    await isRefused("wrong_audience", signAssertion(ed, { ...claimsOf("m1"), aud }));
  }
  for (const aud of [issuerUrl, tokenEndpoint, [issuerUrl], [tokenEndpoint]]) {
    t.match(await assert(signAssertion(ed, { ...claimsOf("m1"), aud })), { value: { name: "m1" } });
  }
});

t.test("RFC 7523 3: it has an end that is near, and nothing in it is of the future", async (t) => {
  const { isRefused, assert } = await createOne(t);
  const withTimes = (times: object) => signAssertion(ed, { ...claimsOf("m1"), ...times });
  for (const exp of [begin - 5, begin - 6, 0]) await isRefused("expired", withTimes({ exp }));
  for (const exp of [begin + 306, begin + 31_536_000, 1e300]) await isRefused("lives_too_long", withTimes({ exp }));
  for (const time of ["never", null, [begin], -1, true]) {
    for (const name of ["exp", "iat", "nbf"]) await isRefused("wrong_times", withTimes({ [name]: time }));
  }
  await isRefused("wrong_times", withTimes({ exp: undefined }));
  const { exp: _, ...endless } = claimsOf("m1");
  await isRefused("wrong_times", signAssertion(ed, `${JSON.stringify(endless).slice(0, -1)},"exp":1e999}`));
  await isRefused("issued_in_future", withTimes({ iat: begin + 6 }));
  await isRefused("not_yet_valid", withTimes({ nbf: begin + 6 }));
  for (const times of [
    { exp: begin - 4 },
    { exp: begin + 305 },
    { exp: begin + 59.5, iat: begin - 0.5 },
    { iat: begin + 5, nbf: begin + 5 },
    { iat: undefined, nbf: begin - 9_999 },
  ]) {
    t.match(await assert(withTimes(times)), { value: { name: "m1" } }, JSON.stringify(times));
  }
});

t.test("RFC 7523 3: a jti of 1 to 128 characters is required", async (t) => {
  const { isRefused, assert } = await createOne(t);
  for (const jti of [undefined, null, "", 7, ["x"], "x".repeat(129)]) {
    await isRefused("wrong_jti", signAssertion(ed, { ...claimsOf("m1"), jti }));
  }
  for (const jti of ["x", "x".repeat(128), "__proto__", "\u0000 ü"]) {
    t.match(await assert(signAssertion(ed, { ...claimsOf("m1"), jti })), { value: { name: "m1" } }, jti);
  }
});

t.test(
  "RFC 8725 3.1: alg none, a MAC with the public key as secret, and what does not fit the key are refused",
  async (t) => {
    const { isRefused, kid } = await createOne(t, rsa);
    const unsigned = `${encode({ alg: "none" })}.${encode(claimsOf("m1"))}`;
    await isRefused("not_three_parts", `${unsigned}.`);
    await isRefused("wrong_header", `${unsigned}.AA`);
    for (const secret of [
      rsa.publicKey.export({ type: "spki", format: "pem" }),
      rsa.publicKey.export({ type: "pkcs1", format: "pem" }),
      JSON.stringify(rsa.publicKey.export({ format: "jwk" })),
    ]) {
      const input = `${encode({ alg: "HS256", kid })}.${encode(claimsOf("m1"))}`;
      await isRefused("wrong_header", `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`);
    }
    for (const alg of ["RS384", "ES384", "rs256", "ed25519", "", undefined, null, ["RS256"], "__proto__"]) {
      await isRefused("wrong_header", signAssertion(rsa, claimsOf("m1"), { alg }));
    }
    for (const alg of ["ES256", "EdDSA", "Ed25519"]) {
      await isRefused("no_fitting_key", signAssertion(rsa, claimsOf("m1"), { alg, kid }).replace(/[^.]*$/, "AAAA"));
    }
  },
);

t.test("RFC 7515 4.1: an assertion that brings its own key, or asks for an extension, is refused", async (t) => {
  const { isRefused } = await createOne(t);
  for (const header of [
    { jku: "https://evil.example" },
    { jwk: ed.publicKey.export({ format: "jwk" }) },
    { x5u: "https://evil.example" },
    { x5c: [] },
    { crit: ["b64"] },
    { crit: [] },
    { b64: true },
    { typ: "at+jwt" },
    { typ: "jwt" },
    { kid: "" },
    { kid: 7 },
  ]) {
    await isRefused("wrong_header", signAssertion(ed, claimsOf("m1"), header));
  }
});

t.test("RFC 7518 3.4: a signature of P-256 is the two numbers; in DER it is refused", async (t) => {
  const { isRefused, assert } = await createOne(t, ec);
  const input = `${encode({ alg: "ES256" })}.${encode(claimsOf("m1"))}`;
  await isRefused("bad_signature", `${input}.${signatureOf(ec, "ES256", input, true).toString("base64url")}`);
  t.match(await assert(`${input}.${signatureOf(ec, "ES256", input).toString("base64url")}`), { value: { name: "m1" } });
});

t.test(
  "RFC 7515 7.1: what is too long, or no token in its one spelling, is refused before a key is touched",
  async (t) => {
    const { isRefused } = await createOne(t);
    const good = signAssertion(ed, claimsOf("m1"));
    const [header = "", , signature = ""] = good.split(".");
    const withPayload = (payload: string | Buffer) => `${header}.${encodeText(payload)}.${signature}`;
    await isRefused("too_long", signAssertion(ed, { ...claimsOf("m1"), pad: "x".repeat(8_192) }));
    await isRefused("too_long", "ü".repeat(4_097));
    for (const text of ["x", "a.b", `${good}.`, `${good}.x`, "..", `.${good.slice(1 + header.length)}`]) {
      await isRefused("not_three_parts", text);
    }
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const otherSpelling = good.slice(0, -1) + alphabet[alphabet.indexOf(good.at(-1) ?? "") + 1];
    for (const text of [otherSpelling, `${good}=`, ` ${good}`, `${good}\n`, `${good}+`]) {
      await isRefused("not_canonical", text);
    }
    const claims = JSON.stringify(claimsOf("m1"));
    for (const payload of ["", "{", "[]", "null", '"m1"', `\ufeff${claims}`, `{"sub":"m2",${claims.slice(1)}`]) {
      const reason = payload === "" ? "not_three_parts" : "wrong_payload";
      await isRefused(reason, withPayload(payload));
    }
    await isRefused("wrong_payload", withPayload(Buffer.from([0x7b, 0xff, 0x7d])));
    await isRefused("wrong_payload", withPayload(`{"__proto__":{"sub":"m1"},${claims.slice(1)}`));
    await isRefused("bad_signature", withPayload(claims));
  },
);

t.test("RFC 7523 3: an assertion is good once; of two at the same time exactly one is", async (t) => {
  const { assert, keyOf, assertions } = await createOne(t);
  const claims = claimsOf("m1");
  const both = await Promise.all([assert(signAssertion(ed, claims)), assert(signAssertion(ed, claims))]);
  t.equal(both.filter((answer) => "value" in answer).length, 1);
  const again = await assert(signAssertion(ed, { ...claims, iat: begin - 1 }));
  t.match(again, { refused: { code: "invalid_client", reason: "replayed", caller: { name: "m1" } } });
  t.strictSame(
    [...assertions.kept.values()].map(({ client, endsAt }) => [client, endsAt]),
    [["m1", begin + 65]],
  );
  await keyOf("m2", ec);
  const other = { ...claimsOf("m2"), jti: claims.jti };
  t.match(await assert(signAssertion(ec, other)), { value: { name: "m2" } }, "another client's jti is its own");
});

t.test("an assertion of which it cannot be stored that it was shown is not accepted", async (t) => {
  const { assert, assertions } = await createOne(t);
  assertions.failure = new Error("disk full");
  const assertion = signAssertion(ed, claimsOf("m1"));
  await t.rejects(assert(assertion), { code: "store_unavailable" });
  assertions.failure = undefined;
  t.match(await assert(assertion), { value: { name: "m1" } });
});

t.test("where no more assertions can be remembered none is accepted, and that is the server's fault", async (t) => {
  const usedAssertions = { use: async () => "full" as const, forgetEnded: async () => undefined };
  const { assert, keyOf } = await createClients(t, { usedAssertions });
  await keyOf("m1", ed);
  t.match(await assert(signAssertion(ed, claimsOf("m1"))), {
    refused: { code: "store_unavailable", reason: "assertions_full", caller: { name: "m1" } },
  });
});

t.test("a key that is revoked while its assertion is stored proves nothing any more", async (t) => {
  const clients = await createClients(t, {
    usedAssertions: {
      use: async () => {
        await clients.registry.cut("m1");
        return "first";
      },
      forgetEnded: async () => undefined,
    },
  });
  await clients.keyOf("m1", ed);
  t.match(await clients.assert(signAssertion(ed, claimsOf("m1"))), { refused: { reason: "revoked" } });
});

t.test(
  "a client that there is not is refused in every algorithm, after its signature was checked with a decoy",
  async (t) => {
    const { isRefused } = await createOne(t);
    for (const key of [rsa, { ...rsa, alg: "PS256" }, ec, ed]) {
      await isRefused("unknown_client", signAssertion(key, claimsOf("m9")));
    }
  },
);
