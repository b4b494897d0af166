import type { Allowed } from "../grant/judge.ts";
import type { Refused } from "../grant/proven-caller.ts";
import { chainOf } from "../grant/subject-token.ts";
import type { MintedToken } from "../mint/reusable-tokens.ts";
import type { DecisionRecord } from "./decision-record.ts";

interface Given {
  readonly decisionId: string;
  readonly jti: string | undefined;
  readonly reused: MintedToken | undefined;
}

/** What goes on record of a request that was judged; `at` in ms since 1970. */
export function recordOf(judged: Allowed | Refused, { decisionId, jti, reused }: Given, at: number): DecisionRecord {
  const { allowed, caller, target, snapshot, line } = judged;
  const known = {
    decisionId,
    at,
    caller: caller?.name,
    chain: caller?.subject === undefined ? undefined : chainOf(caller),
    target,
    map: snapshot?.number,
    line,
    credential: caller?.credential,
  };
  if (!allowed) {
    const limited = judged.code === "too_many_requests";
    const hop = judged.hop && `${judged.hop.caller} => ${judged.hop.target}`;
    return { ...known, allowed, reason: judged.reason, hop, jti: undefined, expiresAt: undefined, limited };
  }
  const { exp } = reused?.times ?? judged.times;
  return { ...known, allowed, reason: undefined, jti, expiresAt: exp, reused: reused !== undefined };
}
