import type { ErrorCode } from "@meshpass/protocol";
import { type CheckProof, readProofHeaders, VerifierError } from "@meshpass/verifier";
import { type Known, refuse } from "../grant/proven-caller.ts";
import type { ClientRequest } from "./parameters.ts";

/**
 * The thumbprint of the key that a request at `issuer` proves to have (RFC 9449 section 5); undefined where it carries no
 * proof, and the token is to be a bearer token.
 */
export async function readProofKey(
  { issuer, checkProof }: { readonly issuer: string; readonly checkProof: CheckProof },
  { rawHeaders, path }: ClientRequest,
): Promise<Known<string | undefined>> {
  const [proof, ...more] = readProofHeaders(rawHeaders);
  if (proof === undefined) return { value: undefined };
  if (more.length > 0) return refuse("invalid_dpop_proof", "proof_not_single");
  try {
    return { value: await checkProof({ proof, method: "POST", url: issuer + path }) };
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    return refuse(codeOf(error), error.reason);
  }
}

function codeOf({ code, reason }: VerifierError): ErrorCode {
  if (code === "too_many_proofs") return code;
  return reason === "proof_without_nonce" ? "use_dpop_nonce" : "invalid_dpop_proof";
}
