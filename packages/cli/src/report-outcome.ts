import { OperatorError } from "./operator-client.ts";
import type { Report } from "./report.ts";

/** That there is no answer at all must differ from 1: a cut that is not in force everywhere yet, an answer that is no. */
const noAnswerExitCode = 2;

/**
 * Prints what `run` reports; an auth server that is away or refuses, or a disk that does, is one line and exit code 2.
 *
 * @throws what nobody foresaw
 */
export async function reportOutcome(print: (report: Report) => void, run: () => Promise<Report>): Promise<void> {
  try {
    print(await run());
  } catch (error) {
    const isForeseen = error instanceof OperatorError || (error as NodeJS.ErrnoException).code !== undefined;
    if (!isForeseen) throw error;
    print({ lines: [(error as Error).message], exitCode: noAnswerExitCode, isError: true });
  }
}
