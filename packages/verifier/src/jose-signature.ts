import { type CryptoKey, compactVerify, errors, importJWK } from "jose";
import type { VerificationKey } from "./jwk-set.ts";
import type { RawToken } from "./raw-token.ts";
import { VerifierError } from "./verifier-error.ts";

/** jose is a third slower on every token when it is handed a key in another form than its own. */
const imported = new WeakMap<VerificationKey, Promise<CryptoKey | Uint8Array>>();

/** Checks the signature with jose. What jose throws for another reason is our bug and goes on as it is. */
export async function checkSignatureWithJose({ text }: RawToken, key: VerificationKey): Promise<void> {
  try {
    await compactVerify(text, await importKey(key), { algorithms: ["RS256"] });
  } catch (error) {
    throw error instanceof errors.JOSEError ? new VerifierError("bad_signature") : error;
  }
}

function importKey(key: VerificationKey): Promise<CryptoKey | Uint8Array> {
  const known = imported.get(key) ?? importJWK({ ...key.jwk }, "RS256");
  imported.set(key, known);
  return known;
}
