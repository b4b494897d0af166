import { toHttpError } from "@meshpass/http-server";
import type { Allowed } from "../grant/judge.ts";
import type { Refused } from "../grant/proven-caller.ts";
import type { Quotas } from "./quotas.ts";

/** A request for a token after its caller's quota was asked. */
export interface Counted {
  readonly judged: Allowed | Refused;
  /** To be called where no token leaves after all. */
  readonly giveBack: () => void;
}

const giveNothing = (): void => undefined;

/** A request for which no token is minted. */
export const uncounted = (judged: Allowed | Refused): Counted => ({ judged, giveBack: giveNothing });

/** Counts the token that is to be minted for what was allowed; refuses it instead where it is one too many, or cannot be counted. */
export async function countToken(quotas: Pick<Quotas, "take">, judged: Allowed): Promise<Counted> {
  const { caller, target, snapshot, line } = judged;
  const known = { allowed: false, caller, target, snapshot, line } as const;
  try {
    const taken = await quotas.take(snapshot.map, caller.name);
    if ("giveBack" in taken) return { judged, giveBack: taken.giveBack };
    const { exceeded: headers } = taken;
    const description = "Client quota exceeded";
    return uncounted({ ...known, code: "too_many_requests", reason: "quota_exceeded", headers, description });
  } catch (error) {
    const { code, cause } = toHttpError(error);
    return uncounted({ ...known, code, reason: code, cause });
  }
}
