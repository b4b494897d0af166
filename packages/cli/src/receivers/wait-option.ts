import { parseDuration } from "@meshpass/protocol";
import { InvalidArgumentError, Option } from "commander";

const longestSeconds = 3_600;

/** `--wait 5s` on every command that waits for the receivers: how long, in ms. `0s` does not wait. */
export const waitOption = (defaultSeconds = 5): Option =>
  new Option("--wait <time>", "how long to wait for the receivers: 0s to 1h")
    .argParser(parseWait)
    .default(defaultSeconds * 1_000, `${defaultSeconds}s`);

function parseWait(text: string): number {
  const seconds = text === "0s" ? 0 : parseDuration(text);
  if (seconds !== undefined && seconds <= longestSeconds) return seconds * 1_000;
  throw new InvalidArgumentError("Write 0s to 1h, such as 5s.");
}
