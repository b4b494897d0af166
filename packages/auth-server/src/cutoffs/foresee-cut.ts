import type { Forecast, RecordedSearch, UnknownName, WantedCut } from "@meshpass/protocol";
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
}

/** What a cut would end, by what this process has handed out since it began; of a single token, by the record of decisions. */
export async function foreseeCut(options: ForesightOptions, wanted: WantedCut): Promise<Forecast> {
  const { cutOperations, liveTokens, findUnknownNames, searchDecisions } = options;
  return {
    wouldEnd: liveTokens.list((edge) => endsEdge(wanted, edge)),
    since: liveTokens.since,
    credentials: "service" in wanted ? cutOperations.credentialsOf(wanted.service) : 0,
    notInMap: findUnknownNames(namesIn(wanted)),
    ...("jti" in wanted ? { recorded: await searchDecisions(wanted.jti) } : {}),
  };
}
