import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { CoreError } from "./core-error.ts";
import type { KeyFamily, StoredKey } from "./key-store.ts";

/** A signing key in memory, with its public half as it stands in the JWKS. */
export interface SigningKey {
  readonly kid: string;
  readonly family: KeyFamily;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** As in the store: undefined while it is unscheduled. */
  readonly signsFrom: number | undefined;
  readonly privateKey: KeyObject;
  /** The JSON text of the JWK (RFC 7517), its members in the real core's order. */
  readonly jwk: string;
}

const generateRsa = promisify(generateKeyPair);

/** A new RSA key of 2048 bits as PKCS #8, DER, made on the thread pool: it takes tenths of a second. */
export async function generatePrivateKey(): Promise<Uint8Array> {
  const { privateKey } = await generateRsa("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "der" });
}

/**
 * Makes `stored` ready to sign.
 *
 * @throws CoreError `state_unusable` if its bytes are no RSA private key.
 */
export function importSigningKey({ privateKey: der, ...stored }: StoredKey): SigningKey {
  const { kid } = stored;
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
    const { kty, n, e } = createPublicKey(privateKey).export({ format: "jwk" });
    if (kty !== "RSA") throw new TypeError("not an RSA key");
    const jwk = JSON.stringify({ kty, kid, n, e, alg: "RS256", use: "sig" });
    return { ...stored, privateKey, jwk };
  } catch (cause) {
    throw new CoreError("state_unusable", `The stored key ${kid} cannot be read: restore the key file.`, { cause });
  }
}
