import {
  type CutRequest,
  escapeDeceptive,
  type Forecast,
  isForecast,
  type LiveTokens,
  paths,
  type WantedCut,
} from "@meshpass/protocol";
import { askOperator } from "../ask-operator.ts";
import { countNoun } from "../count-noun.ts";
import { describeDuration } from "../describe-duration.ts";
import type { OperatorClient } from "../operator-client.ts";
import { listReceivers } from "../receivers/list-receivers.ts";
import { renderTable } from "../render-table.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import { describeRecorded } from "./describe-recorded.ts";
import { describeUnknownNames } from "./describe-unknown-names.ts";

/** What `meshpass cut --dry-run` works on. */
export interface ForeseeInput {
  readonly wanted: WantedCut;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

const maxEdges = 50;

/**
 * What a cut would end, who used it last, and how many receivers would have to read it. Does nothing.
 *
 * @throws OperatorError
 */
export async function foreseeCut({ wanted, format, client }: ForeseeInput): Promise<Report> {
  const body: CutRequest = { ...wanted, dryRun: true };
  const forecast = await askOperator(client, { method: "POST", path: paths.cuts, body }, isForecast);
  const { receivers, now } = await listReceivers(client);
  if (format === "json") return { lines: [jsonLine({ ...forecast, receivers: receivers.length, now })], exitCode: 0 };
  const lines = [
    ...describeUnknownNames(forecast.notInMap),
    ...describeEnds(wanted, forecast, now),
    ...("everything" in wanted ? ["every caller would ask for a new token at once"] : []),
    `${countNoun(receivers.length, "receiver")} would have to confirm`,
    ...("jti" in wanted
      ? []
      : [`tokens are counted since the auth server started, ${describeDuration((now - forecast.since) / 1_000)} ago`]),
  ];
  return { lines, exitCode: 0 };
}

function describeEnds(wanted: WantedCut, forecast: Forecast, now: number): readonly string[] {
  const { wouldEnd, credentials, recorded = { looked: "nowhere" } } = forecast;
  if ("jti" in wanted) return [describeRecorded(wanted.jti, recorded, now)];
  if (wouldEnd.length === 0 && credentials === 0) return ["nothing that is known to be alive would end"];
  const shown = wouldEnd.slice(0, maxEdges);
  const omitted = wouldEnd.length - shown.length;
  return [
    ...renderTable(shown.map((tokens) => describeTokens(tokens, now))),
    ...(omitted === 0 ? [] : [`and ${countNoun(omitted, "more edge")}; -o json has them all`]),
    ...("service" in wanted ? [`${countNoun(credentials, "credential")} of ${wanted.service} would end`] : []),
  ];
}

function describeTokens(
  { before = [], caller, target, count, lastAt, endsAt }: LiveTokens,
  now: number,
): readonly string[] {
  const last = `last one ${describeDuration((now - lastAt) / 1_000)} ago`;
  const over = `all over in ${describeDuration(endsAt - now / 1_000)}`;
  return [escapeDeceptive([...before, caller, target].join(" => ")), `${countNoun(count, "token")}, ${last}, ${over}`];
}
