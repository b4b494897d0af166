import {
  type Block,
  escapeDeceptive,
  isServerStatus,
  paths,
  type ReceiverList,
  type ServerStatus,
} from "@meshpass/protocol";
import { askOperator } from "../ask-operator.ts";
import { listBlocks } from "../cuts/list-blocks.ts";
import type { OperatorClient } from "../operator-client.ts";
import { listReceivers } from "../receivers/list-receivers.ts";
import { jsonLine, type OutputFormat, type Paint, type Report } from "../report.ts";
import { renderReceivers } from "./render-receivers.ts";

/** What `meshpass status` works on. */
export interface StatusInput {
  readonly format: OutputFormat;
  readonly paint: Paint;
  readonly client: OperatorClient;
}

/**
 * How it stands with the auth server, its map and its feed, who is blocked, and which receivers there are. The exit code is
 * 0 for a server that is ready, else 1, whatever the receivers do.
 *
 * @throws OperatorError
 */
export async function showStatus({ format, paint, client }: StatusInput): Promise<Report> {
  const status = await askOperator(client, { method: "GET", path: paths.status }, isServerStatus);
  const list = await listReceivers(client);
  const blocks = await listBlocks(client);
  const exitCode = status.ok ? 0 : 1;
  if (format === "json") return { lines: [jsonLine({ ...status, ...list, blocks })], exitCode };
  const lines = [
    describeReadiness(status, paint),
    describeMap(status),
    describeFeed(list),
    ...describeBlocks(blocks),
    "",
    ...renderReceivers(list, paint),
  ];
  return { lines, exitCode };
}

function describeReadiness({ ok, codes }: ServerStatus, paint: Paint): string {
  const verdict = ok ? paint("good", "Ready") : paint("bad", "Not ready");
  return codes.length === 0 ? verdict : `${verdict}${ok ? ", but" : ""}: ${escapeDeceptive(codes.join(", "))}`;
}

function describeMap({ map: { file, number, stale, failure } }: ServerStatus): string {
  const inForce = number === undefined ? "No map is in force" : `Map ${number} is in force`;
  if (!stale) return escapeDeceptive(number === undefined ? inForce : `${inForce}, from ${file}`);
  const why = failure ?? `pnpm meshpass validate says why`;
  if (number === undefined) return escapeDeceptive(`${inForce}, since ${file} does not load: ${why}`);
  return escapeDeceptive(`${inForce}, and not what stands in ${file}: ${why}`);
}

const describeFeed = ({ epoch, number, receivers }: ReceiverList): string => {
  const live = receivers.filter((receiver) => receiver.live).length;
  return `Feed of cuts: epoch ${epoch}, number ${number}; ${live} of ${receivers.length} receivers live`;
};

/** So many blocks are named. */
const maxNamed = 3;

/** In one line, so that nobody looks for a refusal in the map that is an operator's. */
function describeBlocks(blocks: readonly Block[]): readonly string[] {
  if (blocks.length === 0) return [];
  const named = blocks.slice(0, maxNamed).map(({ caller, target = "every target" }) => `${caller} => ${target}`);
  const omitted = blocks.length - named.length;
  const more = omitted === 0 ? "" : ` and ${omitted} more`;
  return [escapeDeceptive(`Blocked: ${named.join(", ")}${more} (pnpm meshpass blocks)`)];
}
