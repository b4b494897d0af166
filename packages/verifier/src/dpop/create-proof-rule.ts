import type { Caller } from "../caller.ts";
import { VerifierError } from "../verifier-error.ts";
import { createProofCheck } from "./create-proof-check.ts";
import type { DpopOptions } from "./dpop-options.ts";
import { createNonces } from "./nonces.ts";
import { readProofHeaders } from "./read-proof-headers.ts";

/** A request as Node has it. */
export interface ShownRequest {
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/** Who calls, by what token, and how it is shown. */
export interface ShownToken {
  readonly scheme: "Bearer" | "DPoP";
  readonly token: string;
  readonly caller: Caller;
}

/** That a token is shown by whom it was given to. */
export interface ProofRule {
  /**
   * Gives the caller if his token is bound to no key and shown as a bearer token, or bound to the key that proves this very
   * request. Throws, or rejects with, VerifierError.
   */
  check(shown: ShownToken, request: ShownRequest): Caller | Promise<Caller>;
  /** The nonce that a proof must carry now; undefined if none has to. */
  nonce(): string | undefined;
}

/** The rule for the service at `options.origin`; `clock` gives milliseconds since 1970. */
export function createProofRule(options: DpopOptions, clock: () => number): ProofRule {
  const { origin, requireNonce = false, ...bounds } = options;
  const nonces = requireNonce ? createNonces() : undefined;
  const checkProof = createProofCheck({ ...bounds, clock, nonces });
  /** As the router reads it: what another reading would make of dots and escapes is another address. */
  const addressOf = (url: string): string | undefined => {
    const [path = ""] = url.split("?", 1);
    const isPlain = path.startsWith("/") && URL.canParse(origin + path) && new URL(origin + path).pathname === path;
    return isPlain ? origin + path : undefined;
  };

  return {
    check: ({ scheme, token, caller }, { rawHeaders, method, url }) => {
      const bound = thumbprintOf(caller);
      if (scheme === "Bearer") {
        if (bound === undefined) return caller;
        throw new VerifierError("proof_missing");
      }
      if (bound === undefined) throw new VerifierError("token_not_bound");
      const [proof, ...more] = readProofHeaders(rawHeaders);
      if (proof === undefined || more.length > 0) throw new VerifierError("proof_not_single");
      const address = addressOf(url);
      if (address === undefined) throw new VerifierError("proof_of_other_request");
      return checkProof({ proof, method, url: address, accessToken: token, boundTo: bound }).then(() => caller);
    },
    nonce: () => nonces?.current(clock() / 1_000),
  };
}

/** The key that a caller's token is bound to (RFC 9449 section 6.1); the claims rule has checked its form. */
const thumbprintOf = ({ claims }: Caller): string | undefined =>
  (claims.cnf as { readonly jkt: string } | undefined)?.jkt;
