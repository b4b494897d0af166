import { createHmac, createPublicKey, type KeyObject } from "node:crypto";
import { fastifyJwt } from "@fastify/jwt";
import Fastify from "fastify";
import { compactVerify, importJWK } from "jose";
import t, { type Test } from "tap";
import { checkSignature } from "../src/check-signature.ts";
import { readJwkSet, type VerificationKey } from "../src/jwk-set.ts";
import type { RawToken } from "../src/raw-token.ts";
import { accessClaims, createOtherKey, createSigningKey, encode, headerOf, signRaw, signToken } from "./fake-issuer.ts";

/** The check as it is, without the reading of the header in front: it must hold the line by itself. */
const signer = createSigningKey("d-1");
const key = readJwkSet({ keys: [signer.jwk] }, new Map()).get("d-1") as VerificationKey;
const pem = signer.publicKey.export({ type: "spki", format: "pem" }) as string;

function asRaw(text: string): RawToken {
  const end = text.lastIndexOf(".");
  const signature = Buffer.from(text.slice(end + 1), "base64url");
  const header = { alg: "RS256", kid: "d-1", typ: "JWT" } as const;
  return { signed: text.slice(0, end), signature, header, payload: Buffer.alloc(0) };
}

function forge(alg: string, secret: string | Buffer): string {
  const input = `${encode({ ...headerOf(signer), alg })}.${encode(accessClaims)}`;
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest("base64url")}`;
}

const good = signToken(signer, { ...accessClaims, exp: 1, nbf: 9_999_999_999 });
const [, , goodSignature = ""] = good.split(".");

const forgeries: Record<string, string> = {
  "alg none (CVE-2022-23540)": `${encode({ ...headerOf(signer), alg: "none" })}.${encode(accessClaims)}.`,
  "HS256 with the key text (CVE-2022-23541)": forge("HS256", pem),
  "HS256 with the key text after a newline": forge("HS256", `\n${pem}`),
  "HS256 with the JWK": forge("HS256", JSON.stringify(key.jwk)),
  "HS512 with nothing": forge("HS512", ""),
  "RS512, rightly signed": signRaw(signer, { ...headerOf(signer), alg: "RS512" }, accessClaims, "RSA-SHA512"),
  "another key": signToken(createOtherKey(signer), accessClaims),
  "the signature of another token": `${encode(headerOf(signer))}.${encode(accessClaims)}.${goodSignature}`,
  "half a signature": good.slice(0, -goodSignature.length / 2),
  "a signature and more": `${good}AAAA`,
};

t.test("a signature is checked as RS256 alone, whatever the header says, and no claims are", async (t) => {
  t.doesNotThrow(() => checkSignature(asRaw(good), key));
  for (const [what, token] of Object.entries(forgeries))
    t.throws(() => checkSignature(asRaw(token), key), { reason: "bad_signature" } as never, what);
});

t.test("nothing passes under no key, or one that is no public key of RSA (GHSA-8wpc-h4q6-8fxv)", async (t) => {
  const x = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: "A".repeat(43) }, format: "jwk" });
  for (const publicKey of [undefined, null, "", Buffer.alloc(0), {}, x])
    for (const [what, token] of Object.entries({ ...forgeries, good }))
      t.throws(() => checkSignature(asRaw(token), { ...key, publicKey: publicKey as KeyObject }), what);
});

/** Whether @fastify/jwt takes a token, told to look at the signature alone. */
async function startFastifyCheck(t: Test): Promise<(token: string) => Promise<boolean>> {
  const app = Fastify();
  t.teardown(() => app.close());
  const verify = { algorithms: ["RS256" as const], cache: false, ignoreExpiration: true, ignoreNotBefore: true };
  await app.register(fastifyJwt, { secret: { public: pem }, verify });
  app.get("/", async (request) => await request.jwtVerify());
  return async (token) => {
    const { statusCode } = await app.inject({ url: "/", headers: { authorization: `Bearer ${token}` } });
    return statusCode === 200;
  };
}

t.test("jose and @fastify/jwt say the same of every signature", async (t) => {
  const check = await startFastifyCheck(t);
  const joseKey = await importJWK({ ...key.jwk }, "RS256");
  const asksJose = (token: string) => compactVerify(token, joseKey, { algorithms: ["RS256"] });
  t.ok(await check(good));
  await t.resolves(asksJose(good));
  for (const [what, token] of Object.entries(forgeries)) {
    t.notOk(await check(token), what);
    await t.rejects(asksJose(token), what);
  }
});
