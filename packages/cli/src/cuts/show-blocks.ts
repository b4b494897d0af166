import { escapeDeceptive } from "@meshpass/protocol";
import { describeDuration } from "../describe-duration.ts";
import type { OperatorClient } from "../operator-client.ts";
import { renderTable } from "../render-table.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import { listBlocks } from "./list-blocks.ts";

/** What `meshpass blocks` works on. */
export interface ShowBlocksInput {
  /** Since 1970. */
  readonly nowSeconds: number;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

/**
 * Who gets no tokens, and since when.
 *
 * @throws OperatorError
 */
export async function showBlocks({ nowSeconds, format, client }: ShowBlocksInput): Promise<Report> {
  const blocks = await listBlocks(client);
  if (format === "json") return { lines: [jsonLine({ blocks })], exitCode: 0 };
  if (blocks.length === 0) return { lines: ["nobody is blocked"], exitCode: 0 };
  const rows = blocks.map(({ caller, target = "every target", at }) =>
    [caller, target, `${describeDuration(nowSeconds - at)} ago`].map(escapeDeceptive),
  );
  return { lines: renderTable([["CALLER", "TARGET", "BLOCKED"], ...rows]), exitCode: 0 };
}
