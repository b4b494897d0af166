import type { Forecast, LiveTokens, RecordedSearch, UnknownName, WantedCut } from "@meshpass/protocol";
import type { CutOperations } from "./cut-operations.ts";
import type { LiveTokenLedger } from "./live-tokens.ts";
import { endsEdge, namesIn } from "./wanted-cut.ts";

/** What tells what a cut would end. */
export interface ForesightOptions {
  readonly cutOperations: Pick<CutOperations, "credentialsOf">;
  readonly liveTokens: Pick<LiveTokenLedger, "list" | "since">;
  /** Those of the names that the map in force does not name; undefined without a map. */
  readonly findUnknownNames: (names: readonly string[]) => readonly UnknownName[] | undefined;
  /** What the record of decisions says of the token with that jti. */
  readonly searchDecisions: (jti: string) => Promise<RecordedSearch>;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * What a cut would end, by what this process has handed out since it began; of a single token, by the record of decisions,
 * which does not say whether it was cut before.
 */
export async function foreseeCut(options: ForesightOptions, wanted: WantedCut): Promise<Forecast> {
  const { cutOperations, liveTokens, findUnknownNames, searchDecisions, clock } = options;
  const recorded = "jti" in wanted ? await searchDecisions(wanted.jti) : undefined;
  return {
    wouldEnd:
      recorded === undefined ? liveTokens.list((edge) => endsEdge(wanted, edge)) : tokensOf(recorded, clock() / 1_000),
    since: liveTokens.since,
    credentials: "service" in wanted ? cutOperations.credentialsOf(wanted.service) : 0,
    notInMap: findUnknownNames(namesIn(wanted)),
    ...(recorded === undefined ? {} : { recorded }),
  };
}

/** The token that was found as its edge's only one; nothing if it has ended or was never handed out. */
function tokensOf({ token }: RecordedSearch, nowSeconds: number): readonly LiveTokens[] {
  if (token === undefined || token.outcome !== undefined || token.expiresAt <= nowSeconds) return [];
  const { at, expiresAt, outcome: _, ...way } = token;
  return [{ ...way, count: 1, lastAt: at, endsAt: expiresAt }];
}
