import { compactVerify, errors } from "jose";
import type { VerificationKey } from "./jwk-set.ts";
import type { RawToken } from "./raw-token.ts";
import { VerifierError } from "./verifier-error.ts";

/** Checks the signature with jose. What jose throws for another reason is our bug and goes on as it is. */
export async function checkSignatureWithJose({ text }: RawToken, { publicKey }: VerificationKey): Promise<void> {
  try {
    await compactVerify(text, publicKey, { algorithms: ["RS256"] });
  } catch (error) {
    throw error instanceof errors.JOSEError ? new VerifierError("bad_signature") : error;
  }
}
