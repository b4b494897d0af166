import { createHmac } from "node:crypto";
import { fastifyJwt } from "@fastify/jwt";
import Fastify from "fastify";
import t, { type Test } from "tap";
import { checkSignatureWithFastify, fastifyJwtOptions } from "../src/fastify-signature.ts";
import { checkSignatureWithJose } from "../src/jose-signature.ts";
import { readJwkSet, type VerificationKey } from "../src/jwk-set.ts";
import { checkSignatureWithNode } from "../src/node-signature.ts";
import type { RawToken } from "../src/raw-token.ts";
import { accessClaims, createOtherKey, createSigningKey, encode, headerOf, signRaw, signToken } from "./fake-issuer.ts";

/** The libraries as they are set up here, without the header check in front: each must hold the line by itself. */
const signer = createSigningKey("d-1");
const key = readJwkSet({ keys: [signer.jwk] }, new Map()).get("d-1") as VerificationKey;
const asRaw = (text: string): RawToken => ({
  text,
  header: { alg: "RS256", kid: "d-1", typ: "JWT" },
  payload: Buffer.alloc(0),
});

function forge(alg: string, secret: string | Buffer): string {
  const input = `${encode({ ...headerOf(signer), alg })}.${encode(accessClaims)}`;
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest("base64url")}`;
}

const forgeries: Record<string, string> = {
  "alg none (CVE-2022-23540)": `${encode({ ...headerOf(signer), alg: "none" })}.${encode(accessClaims)}.`,
  "HS256 with the key text (CVE-2022-23541)": forge("HS256", key.pem),
  "HS256 with the key text after a newline": forge("HS256", `\n${key.pem}`),
  "HS256 with the JWK": forge("HS256", JSON.stringify(key.jwk)),
  "HS512 with nothing": forge("HS512", ""),
  "RS512, rightly signed": signRaw(signer, { ...headerOf(signer), alg: "RS512" }, accessClaims, "RSA-SHA512"),
  "another key": signToken(createOtherKey(signer), accessClaims),
  crit: signRaw(signer, { ...headerOf(signer), crit: ["x"], x: 1 }, accessClaims),
};
const good = signToken(signer, { ...accessClaims, exp: 1, nbf: 9_999_999_999 });

t.test("jose checks the signature, as RS256 alone, and no claims", async (t) => {
  await t.resolves(checkSignatureWithJose(asRaw(good), key));
  for (const [what, token] of Object.entries(forgeries)) {
    await t.rejects(checkSignatureWithJose(asRaw(token), key), { reason: "bad_signature" } as never, what);
  }
});

t.test("jose's complaint about a key is our bug and no refusal of the token", async (t) => {
  const broken = { ...key, jwk: { ...key.jwk, n: "!" } };
  await t.rejects(checkSignatureWithJose(asRaw(good), broken), { name: "TypeError" });
});

t.test("node:crypto checks the signature, as RS256 alone, and reads no header", async (t) => {
  t.doesNotThrow(() => checkSignatureWithNode(asRaw(good), key));
  const { crit: _, ...others } = forgeries;
  for (const [what, token] of Object.entries({ ...others, "nothing after the dot": `${good.replace(/[^.]+$/, "")}` })) {
    t.throws(() => checkSignatureWithNode(asRaw(token), key), { reason: "bad_signature" } as never, what);
  }
});

/** What the Fastify door's library makes of a token under a key text; null for none. */
async function startFastifyCheck(t: Test): Promise<(token: string, pem?: string | null) => Promise<object>> {
  const app = Fastify();
  t.teardown(() => app.close());
  await app.register(fastifyJwt, fastifyJwtOptions);
  app.post("/", async (request) => {
    const { token, pem } = request.body as { token: string; pem: string | null };
    return await checkSignatureWithFastify(asRaw(token), { ...key, pem: (pem ?? undefined) as string }, request).then(
      () => ({ good: true }),
      ({ name, reason }) => ({ name, reason }),
    );
  });
  return async (token, pem = key.pem) => (await app.inject({ method: "POST", url: "/", body: { token, pem } })).json();
}

t.test("@fastify/jwt checks the signature, as RS256 alone, and no claims", async (t) => {
  const show = await startFastifyCheck(t);
  t.same(await show(good), { good: true });
  for (const [what, token] of Object.entries(forgeries)) {
    t.same(await show(token), { name: "VerifierError", reason: "bad_signature" }, what);
  }
});

t.test("@fastify/jwt lets nothing pass under no key or an empty one (GHSA-8wpc-h4q6-8fxv)", async (t) => {
  const show = await startFastifyCheck(t);
  for (const [what, token] of Object.entries({ ...forgeries, good })) {
    for (const pem of [null, ""]) t.match(await show(token, pem), { name: /Error$/ }, what);
  }
});
