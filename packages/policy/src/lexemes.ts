import { CST, Lexer } from "yaml";
import type { Cursor } from "./cursor.ts";
import type { Place } from "./problem.ts";

/** A part of a text, white space and comments included. */
export interface Lexeme extends Place {
  readonly kind: CST.TokenType | "block-text" | "unknown";
  readonly text: string;
  /** Whether it ends a line, and the next one begins outside of brackets and texts. */
  readonly endsLine: boolean;
}

/** The lexemes from `cursor` on by the lexer of `yaml`, one at a time; `cursor` moves behind each. Undefined at the end. */
export function createLexemes(text: string, cursor: Cursor): () => Lexeme | undefined {
  const lexer = new Lexer().lex(text.slice(cursor.offset));
  let brackets = 0;
  let isHeaded = false;

  function take(kind: Lexeme["kind"], lexeme: string): Lexeme {
    const { line, offset, lineStart } = cursor;
    pass(cursor, lexeme);
    brackets = countBrackets(brackets, kind);
    isHeaded = kind === "block-scalar-header" || (isHeaded && kind !== "block-text");
    const endsLine = kind === "newline" && brackets === 0 && !isHeaded;
    return { kind, text: lexeme, line, column: offset - lineStart + 1, endsLine };
  }

  return function nextLexeme(): Lexeme | undefined {
    const { value, done } = lexer.next();
    if (done) return undefined;
    // The lexer announces a text without quotes, and the end of a line in open brackets, by marks that are no part of
    // the text. What comes after the header of a text block is announced in the same way.
    if (value === CST.SCALAR) return take(isHeaded ? "block-text" : "scalar", String(lexer.next().value ?? ""));
    if (value === CST.FLOW_END) return take("flow-error-end", "");
    return value === CST.DOCUMENT ? nextLexeme() : take(CST.tokenType(value) ?? "unknown", value);
  };
}

/** Moves `cursor` behind `lexeme`. */
function pass(cursor: Cursor, lexeme: string): void {
  for (let end = lexeme.indexOf("\n"); end !== -1; end = lexeme.indexOf("\n", end + 1)) {
    cursor.line += 1;
    cursor.lineStart = cursor.offset + end + 1;
  }
  cursor.offset += lexeme.length;
}

/** How many brackets are open behind a lexeme, `open` before it. */
function countBrackets(open: number, kind: Lexeme["kind"]): number {
  if (kind === "flow-error-end") return 0;
  if (kind === "flow-seq-start" || kind === "flow-map-start") return open + 1;
  return kind === "flow-seq-end" || kind === "flow-map-end" ? Math.max(0, open - 1) : open;
}
