import type { Cursor } from "./cursor.ts";
import { createLexemes, type Lexeme } from "./lexemes.ts";
import { endOfPlainLine } from "./plain-line.ts";
import type { ProblemList } from "./problem.ts";
import type { Token } from "./yaml-token.ts";

/**
 * The tokens by the lexer of `yaml` from `cursor` on, which stands at the beginning of a line, one at a time; undefined
 * where a plain line begins. Tabs and ill-placed comments are reported and then passed over.
 */
export function createLexedTokens(text: string, cursor: Cursor, problems: ProblemList): () => Token | undefined {
  const { line: begin } = cursor;
  // What a line means can hang on the ones before it, so the lexer starts at one that hangs on none.
  cursor.line = cursor.freshLine;
  cursor.lineStart = cursor.freshStart;
  cursor.offset = cursor.freshStart;
  const nextLexeme = createLexemes(text, cursor);
  let first = true;
  let spaced = true;

  /** The token that a lexeme is, if it is one. */
  function tokenOf({ kind, text: lexeme, line, column }: Lexeme): Token | undefined {
    if (kind === "space" || kind === "newline" || kind === "comment" || kind === "block-text") {
      first ||= kind === "newline" || kind === "block-text";
      return undefined;
    }
    const token: Token = { kind, text: lexeme, line, column, first };
    first &&= kind === "flow-error-end";
    return line < begin ? undefined : token;
  }

  return function nextToken() {
    for (let lexeme = nextLexeme(); lexeme !== undefined; lexeme = nextLexeme()) {
      checkSpace(lexeme, spaced, problems);
      spaced = lexeme.kind === "space" || lexeme.kind === "newline";
      const token = tokenOf(lexeme);
      if (token !== undefined) return token;
      if (lexeme.endsLine && endOfPlainLine(text, cursor.offset) !== -1) return undefined;
    }
    const { line, lineStart, offset } = cursor;
    return { kind: "end", text: "", line, column: offset - lineStart + 1, first: true };
  };
}

function checkSpace(lexeme: Lexeme, spaced: boolean, problems: ProblemList): void {
  if (lexeme.kind === "space" && lexeme.text.includes("\t")) {
    problems.report("syntax", lexeme, "a tab stands here", "write spaces instead of the tab");
  } else if (lexeme.kind === "comment" && !spaced) {
    problems.report("syntax", lexeme, "this comment touches what is before it", "write a space before the #");
  }
}
