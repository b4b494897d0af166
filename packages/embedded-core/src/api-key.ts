import { readFileSync } from "node:fs";
import { CoreError } from "./core-error.ts";
import { ensurePrivateFile } from "./private-file.ts";

/** What the real core takes for an api key. */
const grammar = /^[A-Za-z0-9=-]{20,}$/;

/** Whether the real core would take `text` for an api key: at least 20 characters of `A-Z a-z 0-9 = -`. */
export const isApiKey = (text: string): boolean => grammar.test(text);

/**
 * The api key kept in the file `path`. A missing file is made, 0600, with 256 random bits in hexadecimal and a newline.
 *
 * @param random gives that many random bytes.
 * @throws CoreError `state_unusable` if the file cannot be made, is open to others or holds no api key.
 */
export function keepApiKey(path: string, random: (bytes: number) => Buffer): string {
  ensurePrivateFile(path, `${random(32).toString("hex")}\n`);
  const key = readFileSync(path, "utf8").trim();
  if (isApiKey(key)) return key;
  throw new CoreError(
    "state_unusable",
    `${path} holds no api key: delete it, and a new one is made at the next start.`,
  );
}
