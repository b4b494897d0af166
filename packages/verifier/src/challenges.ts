import { challengeOf, type ErrorCode } from "@meshpass/protocol";
import { proofAlgs } from "./dpop/read-dpop-proof.ts";

/** What a refusal says of how to do better: headers by their names. `scope` is what was missing, `reason` why it was refused. */
export type Challenges = (code: ErrorCode, why: { readonly scope?: string; readonly reason?: string }) => HeaderFields;

type HeaderFields = Readonly<Record<string, string>>;

/** RFC 6750 section 3. */
export const bearerChallenges: Challenges = (code, { scope }) => {
  const challenge = challengeOf(code, scope);
  return challenge === undefined ? {} : { "www-authenticate": challenge };
};

/**
 * The same, and that tokens may be bound to a key (RFC 9449 section 7.1). Where a nonce is missing it comes along (section 9);
 * `nonce` gives the one that is to be used now.
 */
export const createDpopChallenges = (nonce: () => string | undefined): Challenges => {
  const algs = `algs="${proofAlgs.join(" ")}"`;
  return (code, why) => {
    const { "www-authenticate": bearer } = bearerChallenges(code, why) as { "www-authenticate"?: string };
    if (bearer === undefined) return {};
    const now = nonce();
    if (why.reason === "proof_without_nonce" && now !== undefined)
      return { "www-authenticate": `DPoP error="use_dpop_nonce", ${algs}`, "dpop-nonce": now };
    const isOfProof = why.reason?.startsWith("proof_") || why.reason === "token_not_bound";
    return { "www-authenticate": isOfProof ? `DPoP error="invalid_token", ${algs}` : `${bearer}, DPoP ${algs}` };
  };
};
