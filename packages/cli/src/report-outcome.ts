import { OperatorError } from "./operator-client.ts";
import type { Report } from "./report.ts";

/**
 * Prints what `run` reports; what the auth server or the disk refused is one line and `failureExitCode`.
 *
 * @throws what nobody foresaw
 */
export async function reportOutcome(
  print: (report: Report) => void,
  failureExitCode: number,
  run: () => Promise<Report>,
): Promise<void> {
  try {
    print(await run());
  } catch (error) {
    const isForeseen = error instanceof OperatorError || (error as NodeJS.ErrnoException).code !== undefined;
    if (!isForeseen) throw error;
    print({ lines: [(error as Error).message], exitCode: failureExitCode, isError: true });
  }
}
