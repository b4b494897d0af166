import { generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { importPKCS8, SignJWT } from "jose";
import { DemoError } from "../demo-error.ts";
import { writePrivate } from "../issue-credentials.ts";
import { plain, readObject, send } from "../send.ts";

export interface SignIn {
  /** The token endpoint, which is also whom the assertion is for. */
  readonly tokenUrl: string;
  readonly clientId: string;
  /** PEM, of an Ed25519 key. It stays here; what is sent is signed with it. */
  readonly privateKey: string;
  readonly scope: string;
}

/**
 * Gets a token with `private_key_jwt` (RFC 7523 section 2.2): an assertion that lives a minute and is good once.
 *
 * @throws DemoError with what was said
 */
export async function signInWithKey({ tokenUrl, clientId, privateKey, scope }: SignIn): Promise<string> {
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: "EdDSA" })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenUrl)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime("1m")
    .sign(await importPKCS8(privateKey, "EdDSA"));
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    scope,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  });
  const { status, text } = await send(tokenUrl, { method: "POST", body });
  const { access_token: token, error } = readObject(text);
  if (status === 200 && typeof token === "string") return token;
  throw new DemoError(`${clientId} could not sign in: ${status} ${plain(String(error))}`);
}

/**
 * Makes a key pair, unless the file `path` is there: `makeKnown` gets the public half, PEM, and once that is done the private
 * one goes into the file. Tells whether it made one.
 */
export async function createKey(path: string, makeKnown: (publicKey: string) => unknown): Promise<boolean> {
  if (existsSync(path)) return false;
  const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  await makeKnown(publicKey);
  await writePrivate(path, privateKey);
  return true;
}
