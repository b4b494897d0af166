import type { Cursor } from "./cursor.ts";
import { endOfPlainLine, endOfText, passSpaces } from "./plain-line.ts";
import type { Token } from "./yaml-token.ts";

const marks: ReadonlyMap<string | undefined, Token["kind"]> = new Map<string, Token["kind"]>([
  ["-", "seq-item-ind"],
  [":", "map-value-ind"],
  ["[", "flow-seq-start"],
  [",", "comma"],
  ["]", "flow-seq-end"],
  ["{", "flow-map-start"],
  ["}", "flow-map-end"],
]);

/**
 * The tokens of the plain lines from `cursor` on, one at a time; undefined while the line that begins there is not plain.
 * Equal texts are one string, since a large map says the same words a million times.
 */
export function createPlainTokens(text: string, cursor: Cursor): () => Token | undefined {
  const words = new Map<string, string>();
  let lineEnd = -1;

  function wordOf(start: number, end: number): string {
    const word = text.slice(start, end);
    const known = words.get(word);
    if (known === undefined) words.set(word, word);
    return known ?? word;
  }

  function beginLine(): boolean {
    lineEnd = endOfPlainLine(text, cursor.offset);
    if (lineEnd === -1) return false;
    cursor.freshLine = cursor.line;
    cursor.freshStart = cursor.lineStart;
    return true;
  }

  return function nextToken() {
    const first = cursor.offset >= lineEnd;
    if (first && !beginLine()) return undefined;
    const start = passSpaces(text, cursor.offset);
    const kind = marks.get(text[start]) ?? "scalar";
    const end = kind === "scalar" ? endOfText(text, start) : start + 1;
    const { line, lineStart } = cursor;
    cursor.offset = end;
    if (text[end] === "\n" || text[end] === "\r") {
      cursor.offset = lineEnd;
      cursor.line += 1;
      cursor.lineStart = lineEnd;
    }
    return { kind, text: wordOf(start, end), line, column: start - lineStart + 1, first };
  };
}
