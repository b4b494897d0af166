import Fastify from "fastify";
import t, { type Test } from "tap";
import { meshpassVerifier } from "../../src/fastify.ts";
import { createKeys, createVerifier, VerifierError, type VerifierOptions } from "../../src/index.ts";
import { optionsFor } from "../doors.ts";
import { accessClaims, createSigningKey, signToken } from "../fake-issuer.ts";
import { createProof, createProofKey, hashOf } from "./create-proof.ts";

const issuer = createSigningKey("d-1");
const keys = createKeys({ load: async () => ({ keys: [issuer.jwk] }) });
t.teardown(keys.close);
const [mine, other] = [createProofKey(), createProofKey("EdDSA")];
const bound = signToken(issuer, { ...accessClaims, cnf: { jkt: mine.thumbprint } });
const plain = signToken(issuer, accessClaims);
const dpop = { origin: "https://m2.example" };
const proofFor = (token: string, more = {}) => createProof(mine, { ath: hashOf(token), ...more });

/** What a receiver answers to a request with these headers, in turn names and values. */
type Show = (
  ...rawHeaders: string[]
) => Promise<{ status: number; reason?: string; challenge?: string; nonce?: string }>;

async function openFastify(t: Test, options: Partial<VerifierOptions>): Promise<Show> {
  const lines: string[] = [];
  const app = Fastify({ logger: { level: "info", stream: { write: (line: string) => void lines.push(line) } } });
  t.teardown(() => app.close());
  await app.register(meshpassVerifier, optionsFor(keys, options));
  app.get("/hello", { onRequest: app.requireCaller() }, async ({ caller }) => caller.name);
  return async (...rawHeaders) => {
    lines.length = 0;
    const headers: Record<string, string | string[]> = {};
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const [name, value] = rawHeaders.slice(at, at + 2) as [string, string];
      const known = headers[name];
      headers[name] = known === undefined ? value : [known, value].flat();
    }
    const answer = await app.inject({ url: "/hello?x=1", headers: { host: "evil.example", ...headers } });
    const refused = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === "Request refused");
    const challenge = answer.headers["www-authenticate"] as string;
    return {
      status: answer.statusCode,
      reason: refused?.reason,
      challenge,
      nonce: String(answer.headers["dpop-nonce"]),
    };
  };
}

async function openNeutral(_t: Test, options: Partial<VerifierOptions>): Promise<Show> {
  const verifier = createVerifier(optionsFor(keys, options));
  return async (...rawHeaders) => {
    try {
      await verifier.verifyRequest({ rawHeaders, method: "GET", url: "/hello?x=1" });
      return { status: 200 };
    } catch (error) {
      return { status: 401, reason: (error as { reason: string }).reason };
    }
  };
}

for (const [door, open] of Object.entries({ Fastify: openFastify, "framework-neutral": openNeutral })) {
  t.test(
    `${door}: a bound token needs its key with every request, the remembered one too (RFC 9449 section 7)`,
    async (t) => {
      const show = await open(t, { dpop });
      for (let round = 0; round < 2; round += 1) {
        t.equal((await show("authorization", `DPoP ${bound}`, "dpop", proofFor(bound))).status, 200);
        t.match(await show("authorization", `Bearer ${bound}`), { status: 401, reason: "proof_missing" });
        t.match(await show("authorization", `Bearer ${bound}`, "dpop", proofFor(bound)), { reason: "proof_missing" });
        t.match(await show("authorization", `DPoP ${bound}`), { status: 401, reason: "proof_not_single" });
        const proof = proofFor(bound);
        t.equal((await show("authorization", `dpop ${bound}`, "dpop", proof)).status, 200, "in any case");
        t.match(await show("authorization", `DPoP ${bound}`, "dpop", proof), { reason: "proof_replayed" });
        const [one, two] = [proofFor(bound), proofFor(bound)];
        t.match(await show("authorization", `DPoP ${bound}`, "dpop", one, "dpop", two), { reason: "proof_not_single" });
        const ofOther = createProof(other, { ath: hashOf(bound) });
        t.match(await show("authorization", `DPoP ${bound}`, "dpop", ofOther), { reason: "proof_of_other_key" });
        const ofPlain = proofFor(plain);
        t.match(await show("authorization", `DPoP ${bound}`, "dpop", ofPlain), { reason: "proof_of_other_token" });
      }
    },
  );

  t.test(`${door}: a token that is not bound is a bearer token, and no other`, async (t) => {
    const show = await open(t, { dpop });
    t.equal((await show("authorization", `Bearer ${plain}`)).status, 200);
    t.match(await show("authorization", `DPoP ${plain}`, "dpop", proofFor(plain)), { reason: "token_not_bound" });
  });

  t.test(`${door}: the address is the configured one, never that of Host (RFC 9449 section 4.3)`, async (t) => {
    const show = await open(t, { dpop });
    const proof = proofFor(bound, { htu: "https://evil.example/hello" });
    t.match(await show("authorization", `DPoP ${bound}`, "dpop", proof), { reason: "proof_of_other_request" });
  });

  t.test(`${door}: without dpop a bound token is refused, however it is shown`, async (t) => {
    const show = await open(t, {});
    t.match(await show("authorization", `Bearer ${bound}`), { status: 401, reason: "unenforced_condition" });
    const { status, reason } = await show("authorization", `DPoP ${bound}`, "dpop", proofFor(bound));
    t.match({ status, reason }, { status: 401, reason: "other_scheme" });
  });

  t.test(`${door}: cnf must be a thumbprint and nothing else (RFC 9449 section 6.1)`, async (t) => {
    const show = await open(t, { dpop });
    for (const cnf of [
      null,
      {},
      "x",
      [],
      { jkt: "short" },
      { jkt: 7 },
      { "x5t#S256": mine.thumbprint },
      { jkt: mine.thumbprint, more: 1 },
    ]) {
      const token = signToken(issuer, { ...accessClaims, cnf });
      const answer = await show("authorization", `DPoP ${token}`, "dpop", proofFor(token));
      t.match(answer, { status: 401, reason: "unenforced_condition" }, JSON.stringify(cnf));
    }
  });
}

t.test("an address that another reading would change is none that a proof can be for", async (t) => {
  const verifier = createVerifier(optionsFor(keys, { dpop }));
  for (const url of [
    "/files/%2e%2e/hello",
    "/files/../hello",
    "/./hello",
    "http://evil.example/hello",
    "*",
    "",
    "/x\\y",
  ]) {
    const rawHeaders = ["authorization", `DPoP ${bound}`, "dpop", proofFor(bound)];
    const shown = async () => verifier.verifyRequest({ rawHeaders, method: "GET", url });
    await t.rejects(shown, new VerifierError("proof_of_other_request"), url);
  }
});

t.test("verify alone takes no bound token: there is no request that could prove it", async (t) => {
  const { verify } = createVerifier(optionsFor(keys, { dpop }));
  for (let round = 0; round < 2; round += 1) {
    await t.rejects(Promise.all([verify(plain), verify(bound)]), new VerifierError("proof_missing"));
  }
  t.equal((await verify(plain)).name, "m1");
});

t.test("refusals say which scheme and which algorithms may be tried (RFC 9449 section 7.1)", async (t) => {
  const show = await openFastify(t, { dpop });
  const algs = 'algs="ES256 EdDSA Ed25519 RS256 PS256"';
  t.equal((await show()).challenge, `Bearer realm="meshpass", DPoP ${algs}`);
  t.equal((await show("authorization", `Bearer ${bound}`)).challenge, `DPoP error="invalid_token", ${algs}`);
  t.equal(
    (await show("authorization", "Bearer a.b.c")).challenge,
    `Bearer realm="meshpass", error="invalid_token", DPoP ${algs}`,
  );
});

t.test(
  "where a nonce is asked for, the refusal brings it and the next request with it is let in (section 9)",
  async (t) => {
    const show = await openFastify(t, { dpop: { ...dpop, requireNonce: true } });
    const refused = await show("authorization", `DPoP ${bound}`, "dpop", proofFor(bound));
    t.match(refused, { status: 401, reason: "proof_without_nonce", challenge: /^DPoP error="use_dpop_nonce", / });
    const proof = proofFor(bound, { nonce: refused.nonce });
    t.equal((await show("authorization", `DPoP ${bound}`, "dpop", proof)).status, 200);
  },
);

t.test("an option out of its range is a caller's bug", async (t) => {
  for (const wrong of [
    { origin: "https://m2.example/path" },
    { origin: "https://m2.example/" },
    { origin: "m2" },
    { ...dpop, maxAgeSeconds: 0 },
    { ...dpop, maxAgeSeconds: 301 },
    { ...dpop, maxProofs: 0 },
    { ...dpop, requireNonce: "yes" as unknown as boolean },
  ]) {
    t.throws(() => createVerifier(optionsFor(keys, { dpop: wrong })), { name: "TypeError", message: /dpop\./ });
  }
  t.throws(() => createVerifier(optionsFor(keys, { kind: "credential", dpop })), /dpop is for kind access alone/);
});
