const grammar = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** The scopes in a `scope` parameter, each once and ascending; undefined if it is not in the grammar of RFC 6749 section 3.3. */
export const parseScope = (scope: string): readonly string[] | undefined =>
  grammar.test(scope) ? [...new Set(scope.split(" "))].sort() : undefined;
