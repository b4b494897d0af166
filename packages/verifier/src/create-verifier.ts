import { createAcceptRequest } from "./accept-request.ts";
import { createAcceptToken } from "./accept-token.ts";
import type { VerifierOptions } from "./acceptance-rules.ts";
import type { Caller } from "./caller.ts";
import type { ShownRequest } from "./dpop/create-proof-rule.ts";

/** Tells from a token who calls. */
export interface Verifier {
  /**
   * The caller that `token` speaks for: at once (no promise) unless keys have to be loaded first, or the issuer to be
   * asked. Of a token that is remembered expiry, key and cuts are checked again. Rejects with VerifierError, and never throws:
   * `invalid_token`; `keys_unavailable`, `cutoffs_unavailable` or `introspection_unavailable` where what is needed to
   * tell cannot be had.
   */
  verify(token: string): Caller | Promise<Caller>;
  /**
   * The caller of a whole request, by the token in its `Authorization`: also one that is bound to a key, which only its
   * request can prove. Rejects as `verify`; throws or rejects as `readBearer` where there is no token, and with `too_many_proofs`.
   */
  verifyRequest(request: ShownRequest): Caller | Promise<Caller>;
  /**
   * Whom `token` speaks for, whoever shows it: one that is bound to a key is opened without that key. To tell about a
   * token, NEVER to let anybody in. Rejects as `verify`.
   */
  inspect(token: string): Caller | Promise<Caller>;
}

/**
 * A verifier of one kind of token, for one audience, with no web framework.
 *
 * Checks everything that the token itself and the issuer's keys can tell: spelling, header, key family, signature, issuer,
 * audience, kind, subject, all seven claims and their types, times and lifetime; a token that carries `methods` or
 * `paths` is refused, since neither is enforced here, one with `cnf` without the option `dpop`, and a delegated one (RFC 8693)
 * without the option `onBehalfOf`.
 *
 * Does NOT check whether a credential is still active in the auth server's store, which callers a route accepts, the
 * scopes, an operator's `role`, or a credential's `dev` mark. Does not see a token twice as a replay.
 *
 * @throws TypeError if issuers, audience, kind or keys are unset or empty, or any option is out of its range
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const acceptToken = createAcceptToken(options);
  const acceptRequest = createAcceptRequest(options, acceptToken);
  return Object.freeze({
    verify: (token: string) => acceptRequest.unproven(token),
    inspect: (token: string) => acceptToken.accept(token),
    verifyRequest: (request: ShownRequest) => acceptRequest.accept(request),
  });
}
