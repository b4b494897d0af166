import { escapeDeceptive } from "@meshpass/protocol";
import type { Place, ProblemList } from "./problem.ts";

/** The largest map that is read, in bytes. */
export const maxMapBytes = 64 * 1024 * 1024;

// Where one of these stands, what an editor shows and what YAML reads can differ. U+FFFD is what bytes that are not
// UTF-8 are read as.
const forbidden = /(?![\t\n\r])\p{Cc}|\r(?!\n)|[\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\ufeff\ufffd-\uffff]/gu;

/**
 * The text of a map, or undefined if it is none; what is wrong with it is then in `problems`.
 *
 * `source` is text, or bytes that must be UTF-8. Refused: more than {@link maxMapBytes}, a byte order mark, NUL and
 * other control characters, a carriage return alone, direction marks, lone surrogates.
 */
export function readText(source: string | Uint8Array, problems: ProblemList): string | undefined {
  if (isTooLarge(source)) {
    const message = `the map is larger than ${maxMapBytes} bytes`;
    problems.report("too_large", { line: 1, column: 1 }, message, "write groups instead of single services");
    return undefined;
  }
  const text = typeof source === "string" ? source : new TextDecoder("utf-8", { ignoreBOM: true }).decode(source);
  reportForbidden(text, problems);
  return problems.isEmpty() ? text : undefined;
}

function isTooLarge(source: string | Uint8Array): boolean {
  if (typeof source !== "string") return source.length > maxMapBytes;
  // A code unit is at most three bytes, so that a text is seldom measured exactly.
  return source.length * 3 > maxMapBytes && new TextEncoder().encode(source).length > maxMapBytes;
}

function reportForbidden(text: string, problems: ProblemList): void {
  let line = 1;
  let lineStart = 0;
  for (const { 0: character, index } of text.matchAll(forbidden)) {
    for (let end = text.indexOf("\n", lineStart); end !== -1 && end < index; end = text.indexOf("\n", lineStart)) {
      line += 1;
      lineStart = end + 1;
    }
    const message = `the character ${escapeDeceptive(character)} is not allowed in a map`;
    problems.report("not_text", { line, column: index - lineStart + 1 }, message, remedyOf(character));
  }
}

function remedyOf(character: string): string {
  if (character === "\ufffd") return "save the file as UTF-8";
  if (character === "\ufeff") return "save the file as UTF-8 without a byte order mark";
  if (character === "\r") return "end lines with a line feed";
  return "delete it; an editor may not show it";
}

/** The place behind the last character of `text`. */
export const placeOfEnd = (text: string): Place => ({
  line: text.split("\n").length,
  column: text.length - text.lastIndexOf("\n"),
});
