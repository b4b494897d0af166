import { type Reader, unreadable } from "./refuse.ts";
import { isEnd, type Token } from "./yaml-token.ts";

/**
 * Does `read`. If that finds something unreadable, passes over the rest of its line and all lines below that are
 * indented deeper than `column`, so that reading can go on with the next entry.
 */
export function recover(reader: Reader, column: number, read: () => void): void {
  const { tokens } = reader;
  const start = tokens.peek();
  try {
    read();
  } catch (error) {
    if (error !== unreadable) throw error;
    // Something must be passed over, or the same entry would be tried for ever.
    if (tokens.peek() === start) tokens.next();
    while (!beginsEntry(tokens.peek(), column)) tokens.next();
  }
}

function beginsEntry(token: Token, column: number): boolean {
  if (isEnd(token)) return true;
  // A colon belongs to a key that was refused, and the other mark only says that the lexer left a bracket.
  const isRest = token.kind === "map-value-ind" || token.kind === "flow-error-end";
  return token.first && token.column <= column && !isRest;
}
