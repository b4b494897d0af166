import type { ErrorCode } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";
import { OperatorError } from "./operator-client.ts";
import type { Report } from "./report.ts";

/**
 * What `work` reports, or `line` with exit code 1 where the auth server says by `code` that there is no such thing: it
 * answered, and the answer is no.
 *
 * @throws OperatorError for everything else that `work` throws
 */
export async function orNoSuch(code: ErrorCode, line: string, work: () => Promise<Report>): Promise<Report> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperatorError && error.code === code)) throw error;
    return { lines: [escapeDeceptive(line)], exitCode: 1, isError: true };
  }
}
