const token = String.raw`[\x21\x23-\x5b\x5d-\x7e]+`;

/** What one scope matches (RFC 6749 section 3.3). */
export const scopeTokenGrammar = new RegExp(`^${token}$`);

/** What a list of them matches, as `scope` has it. */
export const scopeGrammar = new RegExp(`^${token}( ${token})*$`);
