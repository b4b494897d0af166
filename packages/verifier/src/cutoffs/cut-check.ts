import type { Caller } from "../caller.ts";
import type { CutTable } from "./cut-table.ts";
import type { Cutoffs, CutoffsStatus, CutRefusal } from "./cutoffs.ts";
import type { FeedAge } from "./feed-age.ts";

/** While the feed is stale, mode `accept` takes tokens of at most so long a life, in seconds. */
const shortLifeSeconds = 600;

interface CutCheckParts {
  readonly table: CutTable;
  readonly age: FeedAge;
  readonly monotonic: () => number;
  readonly whileStale: "accept" | "refuse";
}

/** The check of a caller against what was cut and how old the word of it is, and how often it refused. */
export function createCutCheck({ table, age, monotonic, whileStale }: CutCheckParts): {
  readonly check: Cutoffs["check"];
  readonly refused: () => CutoffsStatus["refused"];
} {
  const refused = { cut: 0, wrong_gen: 0, no_cutoffs_yet: 0, cutoffs_stale: 0, cutoffs_frozen: 0 };

  /** A cut is final, so it comes before what may pass. */
  function findRefusal(caller: Caller): CutRefusal | undefined {
    const condition = age.conditionAt(monotonic());
    if (condition === "none") return "no_cutoffs_yet";
    const refusal = table.refusalOf(caller);
    if (refusal !== undefined) return refusal;
    if (condition === "frozen") return "cutoffs_frozen";
    const isShort = caller.expiresAt - caller.issuedAt <= shortLifeSeconds;
    return condition === "live" || (whileStale === "accept" && isShort) ? undefined : "cutoffs_stale";
  }

  function check(caller: Caller, goodAt?: number): CutRefusal | undefined {
    if (goodAt === table.version() && monotonic() < age.liveUntil()) return undefined;
    const refusal = findRefusal(caller);
    if (refusal !== undefined) refused[refusal] += 1;
    return refusal;
  }

  return { check, refused: () => ({ ...refused }) };
}
