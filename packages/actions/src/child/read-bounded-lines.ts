import type { Readable } from "node:stream";

/**
 * Hands each line of `stream` to `onLine`, without its end. One of more than `most` characters is not kept: then nothing
 * is handed on any more, and `onTooLong` is called once.
 */
export function readBoundedLines(
  stream: Readable,
  most: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): void {
  let rest = "";
  let isTooLong = false;

  function read(chunk: string): void {
    if (isTooLong) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    isTooLong = [rest, ...lines].some(({ length }) => length > most);
    if (isTooLong) onTooLong();
    else lines.forEach(onLine);
  }

  stream.setEncoding("utf8").on("data", read);
}
