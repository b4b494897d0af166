import { escapeDeceptive } from "@meshpass/policy";
import { paths } from "@meshpass/protocol";
import { hasFields, isListOf, isNumber, isText, readAnswer } from "../answer-shape.ts";
import { countNoun } from "../count-noun.ts";
import { describeDuration } from "../describe-duration.ts";
import type { OperatorClient } from "../operator-client.ts";
import { listReceivers } from "../receivers/list-receivers.ts";
import { renderTable } from "../render-table.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import type { WantedCut } from "./wanted-cut.ts";

/** What `meshpass cut --dry-run` works on. */
export interface ForeseeInput {
  readonly wanted: WantedCut;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

/** The tokens of one edge that may be alive. */
interface LiveTokens {
  readonly caller: string;
  readonly target: string;
  readonly count: number;
  /** When the last one was handed out, in ms since 1970. */
  readonly lastAt: number;
  /** When the last of them ends, in seconds since 1970. */
  readonly endsAt: number;
}

interface Forecast {
  readonly wouldEnd: readonly LiveTokens[];
  /** How many credentials would end. */
  readonly credentials: number;
  /** Since when the auth server has counted tokens, in ms since 1970. */
  readonly since: number;
}

const isForecast = hasFields({
  wouldEnd: isListOf(
    hasFields({ caller: isText, target: isText, count: isNumber, lastAt: isNumber, endsAt: isNumber }),
  ),
  credentials: isNumber,
  since: isNumber,
});

const maxEdges = 50;

/**
 * What a cut would end, who used it last, and how many receivers would have to read it. Does nothing.
 *
 * @throws OperatorError
 */
export async function foreseeCut({ wanted, format, client }: ForeseeInput): Promise<Report> {
  const answer = await client.call("POST", paths.cuts, { ...wanted, dryRun: true });
  const forecast = readAnswer<Forecast>(answer, isForecast);
  const { receivers, now } = await listReceivers(client);
  if (format === "json") return { lines: [jsonLine({ ...forecast, receivers: receivers.length, now })], exitCode: 0 };
  const lines = [
    ...describeEnds(wanted, forecast, now),
    ...("everything" in wanted ? ["every caller would ask for a new token at once"] : []),
    `${countNoun(receivers.length, "receiver")} would have to confirm`,
    `tokens are counted since the auth server started, ${describeDuration((now - forecast.since) / 1_000)} ago`,
  ];
  return { lines, exitCode: 0 };
}

function describeEnds(wanted: WantedCut, { wouldEnd, credentials }: Forecast, now: number): readonly string[] {
  if ("jti" in wanted) return ["one token would end, if it is alive; the record of decisions says whose it is"];
  if (wouldEnd.length === 0 && credentials === 0) return ["nothing that is known to be alive would end"];
  const shown = wouldEnd.slice(0, maxEdges);
  const omitted = wouldEnd.length - shown.length;
  return [
    ...renderTable(shown.map((tokens) => describeTokens(tokens, now))),
    ...(omitted === 0 ? [] : [`and ${countNoun(omitted, "more edge")}; -o json has them all`]),
    ...("service" in wanted ? [`${countNoun(credentials, "credential")} of ${wanted.service} would end`] : []),
  ];
}

function describeTokens({ caller, target, count, lastAt, endsAt }: LiveTokens, now: number): readonly string[] {
  const last = `last one ${describeDuration((now - lastAt) / 1_000)} ago`;
  const over = `all over in ${describeDuration(endsAt - now / 1_000)}`;
  return [escapeDeceptive(`${caller} => ${target}`), `${countNoun(count, "token")}, ${last}, ${over}`];
}
