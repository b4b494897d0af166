import { type Reader, refuse } from "./refuse.ts";
import type { Token } from "./yaml-token.ts";

// The deepest place of the grammar is interactions, caller, edge, scopes, scope. The rest is for a clearer message.
const maxDepth = 8;

/** `token`, which opens collection number `depth` inside each other, unless that is too deep for any map. */
export function checkDepth(reader: Reader, token: Token, depth: number): Token {
  if (depth <= maxDepth) return token;
  return refuse(reader, "too_deep", token, `more than ${maxDepth} levels inside each other`, "a map needs five");
}
