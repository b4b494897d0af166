import { randomUUID } from "node:crypto";
import { HttpError, toHttpError } from "@meshpass/http-server";
import type { DecisionLog } from "../decisions/decision-log.ts";
import { recordOf } from "../decisions/record-of.ts";
import type { Refused } from "./proven-caller.ts";

/** `reason` says more than the code does; it is not for the wire. */
export class Refusal extends HttpError {
  readonly reason: string;
  readonly missingScopes: readonly string[];

  constructor(
    refused: Pick<Refused, "code" | "reason" | "missingScopes" | "headers" | "description" | "cause">,
    decisionId: string,
  ) {
    const { code, reason, missingScopes = [], headers, description, cause } = refused;
    super(code, { decisionId, headers, description, cause });
    this.reason = reason;
    this.missingScopes = missingScopes;
  }
}

export interface RefusalDependencies {
  readonly decisions: DecisionLog;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Counts what became of a request in the end, once each; `reason` is of our own closed lists. */
  readonly onOutcome: (allowed: boolean, reason: string | undefined) => void;
}

/**
 * Counts a request for a token that ended in `error`, and puts the refusal on record unless it is: what could not even
 * be read as such a request (no JSON, another media type, too large, a header sent twice) is a decision too.
 *
 * @throws HttpError always: with the id of the decision, unless that cannot be put on record.
 */
export async function settleRefusal(dependencies: RefusalDependencies, error: unknown): Promise<never> {
  const { decisions, clock, onOutcome } = dependencies;
  const known = toHttpError(error);
  onOutcome(false, known instanceof Refusal ? known.reason : known.code);
  if (known.decisionId !== undefined || known.code === "decisions_unwritable") throw known;
  const decisionId = randomUUID();
  const refused = { allowed: false, code: known.code, reason: known.code } as const;
  await decisions.record(recordOf(refused, { decisionId, jti: undefined, reused: undefined }, clock()));
  throw new HttpError(known.code, { decisionId, cause: known.cause });
}
