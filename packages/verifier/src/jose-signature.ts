import type { CryptoKey } from "jose";
import type { VerificationKey } from "./jwk-set.ts";
import type { RawToken } from "./raw-token.ts";
import { VerifierError } from "./verifier-error.ts";

type Jose = typeof import("jose");

let loading: Promise<Jose> | undefined;

/** With the first token: who goes in by the Fastify door alone, as our services do, starts without it. */
const loadJose = (): Promise<Jose> => {
  loading ??= import("jose");
  return loading;
};

/** jose is a third slower on every token when it is handed a key in another form than its own. */
const imported = new WeakMap<VerificationKey, Promise<CryptoKey | Uint8Array>>();

/** Checks the signature with jose. What jose throws for another reason is our bug and goes on as it is. */
export async function checkSignatureWithJose({ text }: RawToken, key: VerificationKey): Promise<void> {
  const jose = await loadJose();
  try {
    await jose.compactVerify(text, await importKey(jose, key), { algorithms: ["RS256"] });
  } catch (error) {
    throw error instanceof jose.errors.JOSEError ? new VerifierError("bad_signature") : error;
  }
}

function importKey({ importJWK }: Jose, key: VerificationKey): Promise<CryptoKey | Uint8Array> {
  const known = imported.get(key) ?? importJWK({ ...key.jwk }, "RS256");
  imported.set(key, known);
  return known;
}
