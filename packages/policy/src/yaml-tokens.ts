import { CST, Lexer } from "yaml";
import type { Place, ProblemList } from "./problem.ts";

/** One lexeme that matters: no white space, no comment. `first` says that it is the first of its line. */
export interface Token extends Place {
  readonly kind: CST.TokenType | "end" | "unknown";
  readonly text: string;
  readonly first: boolean;
}

/** Tokens in the order of the text, one at a time; after the last one `end`, for ever. */
export interface Tokens {
  peek(): Token;
  next(): Token;
}

/** Whether the document is over at `token`. */
export const isEnd = ({ kind }: Token): boolean => kind === "end" || kind === "doc-end" || kind === "doc-start";

/** The tokens of `text`, by the lexer of `yaml`. Tabs and ill-placed comments are reported and then passed over. */
export function createTokens(text: string, problems: ProblemList): Tokens {
  const lexemes = createLexemes(text, problems);
  let current = lexemes();
  return {
    peek: () => current,
    next() {
      const token = current;
      current = lexemes();
      return token;
    },
  };
}

function createLexemes(text: string, problems: ProblemList): () => Token {
  const lexemes = new Lexer().lex(text);
  let offset = 0;
  let line = 1;
  let lineStart = 0;
  let first = true;
  let spaced = true;
  let afterHeader = false;

  function advance(lexeme: string): Place {
    const place = { line, column: offset - lineStart + 1 };
    for (let end = lexeme.indexOf("\n"); end !== -1; end = lexeme.indexOf("\n", end + 1)) {
      line += 1;
      lineStart = offset + end + 1;
    }
    offset += lexeme.length;
    return place;
  }

  function checkSpace(kind: Token["kind"], lexeme: string, place: Place): void {
    if (kind === "space" && lexeme.includes("\t")) {
      problems.report("syntax", place, "a tab stands here", "write spaces instead of the tab");
    } else if (kind === "comment" && !spaced) {
      problems.report("syntax", place, "this comment touches what is before it", "write a space before the #");
    }
  }

  return function nextToken(): Token {
    for (let step = lexemes.next(); !step.done; step = lexemes.next()) {
      const isPlain = step.value === CST.SCALAR;
      // The lexer announces a plain scalar by a mark of its own, which is no part of the text.
      const lexeme = isPlain ? String(lexemes.next().value ?? "") : step.value;
      const kind: Token["kind"] = isPlain ? "scalar" : (CST.tokenType(lexeme) ?? "unknown");
      if (kind === "doc-mode") continue;
      // The text of a block scalar is a lexeme of its own, of no use without its header.
      const isBlockText = isPlain && afterHeader;
      afterHeader = kind === "block-scalar-header" || (afterHeader && !isPlain);
      const place = advance(kind === "flow-error-end" ? "" : lexeme);
      checkSpace(kind, lexeme, place);
      spaced = kind === "space" || kind === "newline";
      if (kind === "newline") first = true;
      if (isBlockText) first = true;
      if (spaced || kind === "comment" || isBlockText) continue;
      const token: Token = { kind, text: lexeme, line: place.line, column: place.column, first };
      if (kind !== "flow-error-end") first = false;
      return token;
    }
    return { kind: "end", text: "", line, column: offset - lineStart + 1, first: true };
  };
}
