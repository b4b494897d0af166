import type { AcceptToken } from "./accept-token.ts";
import type { VerifierOptions } from "./acceptance-rules.ts";
import type { Caller } from "./caller.ts";
import { createProofRule, type ShownRequest, type ShownToken } from "./dpop/create-proof-rule.ts";
import { orReject } from "./or-reject.ts";
import { onlyAuthorization, parseBearer, readAuthorization } from "./read-bearer.ts";

/** From a request to its caller. What throws or rejects is VerifierError. */
export interface AcceptRequest {
  /** By the token that it shows, and proves to be its own where that is bound to a key. */
  accept(request: ShownRequest): Caller | Promise<Caller>;
  /** By a token alone: one that is bound to a key is refused. */
  unproven(token: string): Caller | Promise<Caller>;
  /** The nonce that a proof must carry now, where one has to. */
  nonce(): string | undefined;
}

/** What almost everybody writes before his token. */
const usual = "Bearer ";

/**
 * What is around the acceptance of a token: where it stands in a request, and the proof of possession where `dpop` is set.
 */
export function createAcceptRequest(
  { dpop, clock = Date.now }: Pick<VerifierOptions, "dpop" | "clock">,
  { accept, recall }: AcceptToken,
): AcceptRequest {
  if (dpop === undefined) {
    const acceptBearer = ({ rawHeaders }: ShownRequest) => {
      const value = onlyAuthorization(rawHeaders);
      // What was good under this very spelling needs no reading of its 700 characters.
      const recalled = value?.startsWith(usual) ? recall(value.slice(usual.length)) : undefined;
      return recalled ?? accept(parseBearer(value));
    };
    return { accept: acceptBearer, unproven: accept, nonce: () => undefined };
  }
  const rule = createProofRule(dpop, clock);
  const prove = (shown: Omit<ShownToken, "caller">, request: ShownRequest) => {
    const caller = accept(shown.token);
    const check = (known: Caller) => rule.check({ ...shown, caller: known }, request);
    return caller instanceof Promise ? caller.then(check) : orReject(() => check(caller));
  };
  const nothing: ShownRequest = { rawHeaders: [], method: "", url: "/" };
  return {
    accept: (request) => prove(readAuthorization(request.rawHeaders), request),
    unproven: (token) => prove({ scheme: "Bearer", token }, nothing),
    nonce: rule.nonce,
  };
}
