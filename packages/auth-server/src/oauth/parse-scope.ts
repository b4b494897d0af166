import { scopeGrammar } from "@meshpass/protocol";

/** The scopes in a `scope` parameter, each once and ascending; undefined if it is not in the grammar of RFC 6749 section 3.3. */
export const parseScope = (scope: string): readonly string[] | undefined =>
  scopeGrammar.test(scope) ? [...new Set(scope.split(" "))].sort() : undefined;
