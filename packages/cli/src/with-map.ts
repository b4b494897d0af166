import { maxMapBytes } from "@meshpass/policy";
import { escapeDeceptive } from "@meshpass/protocol";
import { describeReadFailure } from "./read-failure.ts";
import type { MapSource, Report } from "./report.ts";

/** Opens a file for reading. What goes wrong, now or later, is an error with the `code` of the operating system. */
export type OpenMap = (file: string) => AsyncIterable<Uint8Array>;

const unreadableExitCode = 2;

/**
 * The report of `run` on the map in `file`. A file that cannot be read is reported with exit code 2, and what nobody
 * thought of with `crashExitCode`, so that it is never taken for an answer.
 */
export async function withMap(
  file: string,
  open: OpenMap,
  crashExitCode: number,
  run: (source: MapSource) => Report,
): Promise<Report> {
  const shown = escapeDeceptive(file === "-" ? "standard input" : file);
  try {
    return run({ bytes: await readMap(open(file)), file: shown });
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (code === undefined)
      return failure(`unexpected ${name} while working on ${shown}; please report it`, crashExitCode);
    return failure(`cannot read ${shown}: ${describeReadFailure(code)}; name another file`, unreadableExitCode);
  }
}

const failure = (line: string, exitCode: number): Report => ({ lines: [line], exitCode, isError: true });

/** All bytes of `stream`, or as many as show that they are too many, so that reading a device comes to an end. */
async function readMap(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxMapBytes) break;
  }
  return Buffer.concat(chunks);
}
