import type { VerifierOptions } from "./acceptance-rules.ts";
import type { Caller } from "./caller.ts";
import { createProofRule, type ShownRequest, type ShownToken } from "./dpop/create-proof-rule.ts";
import { readAuthorization, readBearer } from "./read-bearer.ts";

/** From a request to its caller. What throws or rejects is VerifierError. */
export interface AcceptRequest<Context> {
  /** By the token that it shows, and proves to be its own where that is bound to a key. */
  accept(request: ShownRequest, context: Context): Caller | Promise<Caller>;
  /** By a token alone: one that is bound to a key is refused. */
  unproven(token: string, context: Context): Caller | Promise<Caller>;
  /** The nonce that a proof must carry now, where one has to. */
  nonce(): string | undefined;
}

/** What is around `acceptToken`: where the token stands in a request, and the proof of possession where `dpop` is set. */
export function createAcceptRequest<Context = undefined>(
  { dpop, clock = Date.now }: Pick<VerifierOptions, "dpop" | "clock">,
  acceptToken: (token: string, context: Context) => Caller | Promise<Caller>,
): AcceptRequest<Context> {
  if (dpop === undefined) {
    const accept = ({ rawHeaders }: ShownRequest, context: Context) => acceptToken(readBearer(rawHeaders), context);
    return { accept, unproven: acceptToken, nonce: () => undefined };
  }
  const rule = createProofRule(dpop, clock);
  const prove = (shown: Omit<ShownToken, "caller">, request: ShownRequest, context: Context) => {
    const caller = acceptToken(shown.token, context);
    const check = (known: Caller) => rule.check({ ...shown, caller: known }, request);
    return caller instanceof Promise ? caller.then(check) : check(caller);
  };
  const nothing: ShownRequest = { rawHeaders: [], method: "", url: "/" };
  return {
    accept: (request, context) => prove(readAuthorization(request.rawHeaders), request, context),
    unproven: (token, context) => prove({ scheme: "Bearer", token }, nothing, context),
    nonce: rule.nonce,
  };
}
