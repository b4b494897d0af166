/** What every name of a service matches. */
export const serviceNameGrammar = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names that no service may have: they stand for Meshpass itself in tokens and in the operator interface. */
export const reservedNames: ReadonlySet<string> = new Set(["auth-server", "operator"]);

/**
 * Whether `value` is a name that a service may have: 1 to 63 of `a-z 0-9 -`, no hyphen at either end, not reserved.
 *
 * Does not check that the map knows the name.
 */
export const isServiceName = (value: unknown): value is string =>
  typeof value === "string" && serviceNameGrammar.test(value) && !reservedNames.has(value);

/** `value` if it is a service name ({@link isServiceName}), else undefined. No trimming, no change of case. */
export const parseServiceName = (value: unknown): string | undefined => (isServiceName(value) ? value : undefined);
