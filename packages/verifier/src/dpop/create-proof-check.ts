import { createHash } from "node:crypto";
import { clockToleranceSeconds } from "@meshpass/protocol";
import { loadJose } from "../load-jose.ts";
import { VerifierError } from "../verifier-error.ts";
import type { Nonces } from "./nonces.ts";
import { createProofReplays } from "./proof-replays.ts";
import { type DpopProof, readDpopProof } from "./read-dpop-proof.ts";

/** A request with a proof of possession. */
export interface ProvenRequest {
  /** The value of its `DPoP` header; several headers are not to be joined. */
  readonly proof: string;
  readonly method: string;
  /** Its address as the proof must name it, made from what is configured, never from `Host`; without query and fragment. */
  readonly url: string;
  /** The access token that it shows, if it shows one, and the thumbprint of the key that it is bound to. */
  readonly accessToken?: string;
  readonly boundTo?: string;
}

/** Gives the thumbprint (RFC 7638, SHA-256) of the key that a request is proved with. Rejects with VerifierError. */
export type CheckProof = (request: ProvenRequest) => Promise<string>;

export interface ProofCheckOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How old a proof may be, in seconds. Default 60. */
  readonly maxAgeSeconds?: number;
  /** How many proofs are remembered; while so many are alive no more are accepted. Default 100,000. */
  readonly maxProofs?: number;
  /** With it a proof must carry a nonce of it. */
  readonly nonces?: Nonces | undefined;
}

/**
 * The check of RFC 9449 section 4.3: form, key, signature, method, address, time, the token's hash, the nonce, and that the
 * proof was not used before, at this process. A proof is remembered only once all else was good, the key of the token too,
 * so that nobody else's can be used up, and of one key a tenth of all at most.
 */
export function createProofCheck(options: ProofCheckOptions): CheckProof {
  const { clock, maxAgeSeconds = 60, maxProofs = 100_000, nonces } = options;
  const lifeSeconds = maxAgeSeconds + clockToleranceSeconds;
  const replays = createProofReplays(maxProofs, lifeSeconds + clockToleranceSeconds);
  return async (request) => {
    const proof = readDpopProof(request.proof);
    const now = clock() / 1_000;
    checkRequest(proof, request);
    // Each condition is one that must hold, so that a clock which gives NaN refuses everything.
    const isInTime = proof.iat <= now + clockToleranceSeconds && now < proof.iat + lifeSeconds;
    if (!isInTime) throw new VerifierError("proof_out_of_time");
    if (nonces?.accepts(proof.nonce, now) === false) throw new VerifierError("proof_without_nonce");
    await checkSignature(proof);
    const thumbprint = thumbprintOf(proof);
    if (request.boundTo !== undefined && request.boundTo !== thumbprint) throw new VerifierError("proof_of_other_key");
    const noted = replays.note(thumbprint, proof.jti, { endsAt: proof.iat + lifeSeconds, now });
    if (noted !== "new") throw new VerifierError(noted === "full" ? "too_many_proofs" : "proof_replayed");
    return thumbprint;
  };
}

function checkRequest({ htm, htu, ath }: DpopProof, { method, url, accessToken }: ProvenRequest): void {
  if (htm !== method || withoutQuery(htu) !== url) throw new VerifierError("proof_of_other_request");
  const isOfToken = accessToken === undefined || ath === sha256(accessToken);
  if (!isOfToken) throw new VerifierError("proof_of_other_token");
}

/** RFC 9449 section 4.3, note on `htu`: query and fragment do not count, and spellings of one address are one. */
function withoutQuery(htu: string): string | undefined {
  if (!URL.canParse(htu)) return undefined;
  const { origin, pathname } = new URL(htu);
  return origin + pathname;
}

async function checkSignature({ text, alg, jwk }: DpopProof): Promise<void> {
  const { compactVerify, errors, importJWK } = await loadJose();
  try {
    await compactVerify(text, await importJWK({ ...jwk }, alg), { algorithms: [alg] });
  } catch (error) {
    const isOfProof = error instanceof errors.JOSEError || error instanceof DOMException || error instanceof TypeError;
    throw isOfProof ? new VerifierError("proof_bad_signature") : error;
  }
}

/** Its members ascend, as they are to be hashed (RFC 7638 section 3). */
const thumbprintOf = ({ jwk }: DpopProof): string => sha256(JSON.stringify(jwk));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");
