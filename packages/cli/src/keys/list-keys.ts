import type { KeyList, ListedKey } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";
import { dayOf } from "../credentials/day-of.ts";
import type { OperatorClient } from "../operator-client.ts";
import { renderTable } from "../render-table.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import { describeHolders } from "./describe-rotation.ts";
import { readKeyList } from "./read-key-list.ts";

/**
 * The signing keys: which sign, which verify what they signed, which wait, and which were withdrawn.
 *
 * @throws OperatorError
 */
export async function listKeys(client: OperatorClient, format: OutputFormat): Promise<Report> {
  const list = await readKeyList(client);
  if (format === "json") return { lines: [jsonLine(list)], exitCode: 0 };
  const rows = list.keys.map((key) => [key.kid, key.family, stateOf(key)].map(escapeDeceptive));
  return { lines: [...renderTable([["KID", "FAMILY", "STATE"], ...rows]), ...describeCore(list)], exitCode: 0 };
}

const stateOf = ({ state, withdrawnAt }: ListedKey): string =>
  withdrawnAt === undefined ? state : `${state} ${dayOf(withdrawnAt)}`;

function describeCore({ core, rotation }: KeyList): readonly string[] {
  if (core === "other") return ["this core does not say which of its keys signs, and lets none be changed"];
  if (core === "unreachable") return ["the core does not answer; these are the keys that it published last"];
  return rotation === undefined ? [] : [`${describeHolders(rotation)}; pnpm meshpass keys rotate goes on with it`];
}
