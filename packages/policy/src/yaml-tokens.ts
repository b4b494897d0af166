import { createLexedTokens } from "./lexed-tokens.ts";
import { createPlainTokens } from "./plain-tokens.ts";
import type { ProblemList } from "./problem.ts";
import type { Token } from "./yaml-token.ts";

/** Tokens in the order of the text, one at a time; after the last one `end`, for ever. */
export interface Tokens {
  peek(): Token;
  next(): Token;
}

/**
 * The tokens of `text`. Lines in the plain forms of which large maps consist are read here, all others by the lexer of
 * `yaml`, which takes ten times as long. Tabs and ill-placed comments are reported and then passed over.
 */
export function createTokens(text: string, problems: ProblemList): Tokens {
  const cursor = { offset: 0, line: 1, lineStart: 0, freshLine: 1, freshStart: 0 };
  const plain = createPlainTokens(text, cursor);
  let source = plain;

  function read(): Token {
    let token = source();
    while (token === undefined) {
      source = source === plain ? createLexedTokens(text, cursor, problems) : plain;
      token = source();
    }
    return token;
  }

  let current = read();
  return {
    peek: () => current,
    next() {
      const token = current;
      current = read();
      return token;
    },
  };
}
