import { VerifierError } from "@meshpass/verifier";
import t from "tap";
import { hashSecret } from "../../src/credentials/hash-secret.ts";
import { assertionType, basic, begin, claimsOf, createClients, createEdKey, signAssertion } from "./client-bench.ts";

const encode = (text: string | Buffer): string => Buffer.from(text).toString("base64");

t.test("RFC 6749 2.3.1: a client proves itself with its secret, in the header or in the body", async (t) => {
  const { secretOf, authenticate } = await createClients(t);
  const { clientId, clientSecret, jti } = await secretOf("m1");
  const known = { value: { name: "m1", credential: jti } };
  t.match(await authenticate(basic(clientId, clientSecret)), known);
  t.match(await authenticate(basic(clientId, clientSecret), { client_id: "m1" }), known, "that names itself again");
  t.match(await authenticate([], { client_id: clientId, client_secret: clientSecret }), known);
  for (const scheme of ["basic", "BASIC", "bAsIc", "Basic  "]) {
    const header = `${scheme} ${encode(`m1:${clientSecret}`)}`;
    t.match(await authenticate(["Host", "Authorization", "authorization", header]), known, scheme);
  }
});

t.test("RFC 6749 2.3.1: id and secret are form-encoded each before they are joined", async (t) => {
  const { registry, authenticate } = await createClients(t);
  const secret = "a b:c%+ü";
  await registry.add({
    ...{ jti: "j", service: "m1", type: "secret", issuedAt: begin, expiresAt: begin + 9, dev: false },
    ...{ revokedAt: undefined, secretHash: hashSecret(secret).toString("hex") },
  });
  const known = { value: { name: "m1" } };
  t.match(await authenticate(basic("m1", "a+b%3Ac%25%2B%C3%BC")), known);
  t.match(await authenticate(basic("%6d1", "a%20b:c%25%2Bü")), known, "what need not be encoded need not be");
  t.match(
    await authenticate(basic("m1", secret)),
    { refused: { code: "invalid_client" } },
    "as it stands it is another",
  );
  t.match(
    await authenticate([], { client_id: "m1", client_secret: secret }),
    known,
    "a body is decoded by who reads it",
  );
});

t.test("RFC 7617 2: a Basic header that is malformed is a refusal, whatever is wrong with it", async (t) => {
  const { secretOf, authenticate } = await createClients(t);
  const { clientSecret } = await secretOf("m1");
  const good = encode(`m1:${clientSecret}`);
  for (const value of [
    "",
    " ",
    good.replace(/.$/, "!"),
    good.replaceAll("=", ""),
    `${good}=`,
    `${good} ${good}`,
    `,${good}`,
    "%%%%",
    encode(`m1${clientSecret}`),
    encode(`:${clientSecret}`),
    encode("m1:"),
    encode(":"),
    encode(`m1:${clientSecret}%`),
    encode(`m1:%zz${clientSecret}`),
    encode(`%c3%28:${clientSecret}`),
    encode(Buffer.from([0x6d, 0x31, 0x3a, 0xff])),
    encode(`m1:${clientSecret}`).replaceAll("+", "-").concat("-_-_"),
  ]) {
    const refused = await authenticate(["Authorization", `Basic ${value}`]);
    t.match(refused, { refused: { code: "invalid_client", reason: "malformed_basic" } }, value);
  }
  t.match(await authenticate(["Authorization", "Basic"]), { refused: { reason: "malformed_basic" } });
});

t.test("a credential of the core's as bearer token is a client's as well", async (t) => {
  const { jwtOf, authenticate, registry } = await createClients(t);
  const { token, jti } = await jwtOf("m1");
  const bearer = ["Authorization", `Bearer ${token}`];
  t.match(await authenticate(bearer), { value: { name: "m1", credential: jti } });
  t.match(await authenticate(bearer, { client_id: "m1" }), { value: { name: "m1" } });
  const other = await authenticate(bearer, { client_id: "m2" });
  t.match(other, { refused: { code: "invalid_client", reason: "other_client_id", caller: { name: "m1" } } });
  const forged = await authenticate(["Authorization", "Bearer a.b.c"]);
  t.match(forged, { refused: { code: "invalid_client", reason: "not_canonical" } });
  t.match(await authenticate(["Authorization", "Bearer a b"]), { refused: { code: "invalid_client" } });
  await registry.revoke(jti);
  t.match(await authenticate(bearer), {
    refused: { code: "invalid_client", reason: "revoked", caller: { name: "m1" } },
  });
});

t.test("what is the server's fault is no failure of the client", async (t) => {
  const verify = () => Promise.reject(new VerifierError("keys_missing"));
  const { authenticate } = await createClients(t, { verifier: { verify } });
  const refused = await authenticate(["Authorization", "Bearer a.b.c"]);
  t.match(refused, { refused: { code: "keys_unavailable", reason: "keys_missing" } });
});

t.test("RFC 6749 2.3: more than one method in a request is refused, even if each of them is good", async (t) => {
  const { secretOf, jwtOf, authenticate } = await createClients(t);
  const { clientSecret } = await secretOf("m1");
  const { token } = await jwtOf("m1");
  const header = basic("m1", clientSecret);
  const post = { client_id: "m1", client_secret: clientSecret };
  const assertion = { client_assertion_type: assertionType, client_assertion: "a.b.c" };
  const several = { refused: { code: "invalid_request", reason: "several_methods" } };
  t.match(await authenticate(header, post), several);
  t.match(await authenticate(header, assertion), several);
  t.match(await authenticate(header, { client_assertion_type: assertionType }), several, "half of one counts");
  t.match(await authenticate([], { ...post, ...assertion }), several);
  t.match(await authenticate(["Authorization", `Bearer ${token}`], post), several);
  t.match(await authenticate(["Authorization", "Digest x"], post), several);
  const twice = { refused: { code: "invalid_request", reason: "two_headers" } };
  t.match(await authenticate([...header, ...header]), twice);
  t.match(await authenticate([...header, "authorization", `Bearer ${token}`]), twice);
});

t.test("RFC 6749 5.2: no method, one that is not known, and half of one are failures of the client", async (t) => {
  const { secretOf, authenticate } = await createClients(t);
  const { clientSecret } = await secretOf("m1");
  for (const [reason, rawHeaders, parameters] of [
    ["no_client_authentication", [], {}],
    ["no_client_authentication", ["Host", "x"], { client_id: "m1" }],
    ["no_client_authentication", ["X-Authorization", "Basic x"], {}],
    ["other_scheme", ["Authorization", ""], {}],
    ["other_scheme", ["Authorization", `Digest ${clientSecret}`], {}],
    ["other_scheme", ["Authorization", `Basic\t${encode(`m1:${clientSecret}`)}`], {}],
    ["other_scheme", ["Authorization", `BasicX ${encode(`m1:${clientSecret}`)}`], {}],
    ["no_client_id", [], { client_secret: clientSecret }],
    ["other_client_id", basic("m1", clientSecret), { client_id: "m2" }],
    ["no_assertion", [], { client_assertion_type: assertionType }],
    ["wrong_assertion_type", [], { client_assertion: "a.b.c" }],
    ["wrong_assertion_type", [], { client_assertion: "a.b.c", client_assertion_type: `${assertionType}s` }],
  ] as const) {
    t.strictSame(await authenticate(rawHeaders, parameters), {
      refused: { allowed: false, code: "invalid_client", reason },
    });
  }
});

t.test("a credential of one type proves nothing as one of another", async (t) => {
  const { secretOf, jwtOf, authenticate } = await createClients(t);
  const secret = await secretOf("m1");
  const jwt = await jwtOf("m1");
  const refused = { refused: { code: "invalid_client" } };
  t.match(await authenticate(["Authorization", `Bearer ${secret.clientSecret}`]), refused);
  t.match(await authenticate(basic("m1", jwt.token)), refused);
  t.match(await authenticate(basic("m1", secret.jti)), refused);
});

t.test("who is authenticated is no more as soon as what proved it is revoked, cut or expired", async (t) => {
  const { secretOf, keyOf, authenticate, assert, registry, time } = await createClients(t);
  const key = createEdKey();
  const { jti } = await keyOf("m1", key);
  const byKey = await assert(signAssertion(key, claimsOf("m1")));
  const { clientSecret } = await secretOf("m2");
  const bySecret = await authenticate(basic("m2", clientSecret));
  const short = await secretOf("m3", 60);
  const byShort = await authenticate(basic("m3", short.clientSecret));
  if ("refused" in byKey || "refused" in bySecret || "refused" in byShort) return t.fail("all of them are good");
  t.equal(byKey.value.refusal(), undefined);
  await registry.revoke(jti);
  t.equal(byKey.value.refusal(), "revoked");
  t.equal(bySecret.value.refusal(), undefined);
  await registry.cut("m2");
  t.equal(bySecret.value.refusal(), "revoked");
  t.equal(byShort.value.refusal(), undefined);
  time.now += 60;
  t.equal(byShort.value.refusal(), "expired");
  time.now += 60;
  await registry.forgetExpired();
  t.equal(byShort.value.refusal(), "not_issued_here");
});
