import { createLog } from "@meshpass/http-server";

/** A log whose lines a test can read, in the form for machines. */
export function createTestLog() {
  const lines: string[] = [];
  const log = createLog({ name: "test", level: "info", human: false, write: (line) => void lines.push(line) });
  return { log, lines };
}
