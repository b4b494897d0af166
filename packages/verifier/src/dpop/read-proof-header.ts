const header = "dpop";

/**
 * The value of the `DPoP` header, from raw headers: names and values in turn. Undefined where there is none, and where there
 * are several (RFC 9449 section 4.3, rule 1).
 */
export function readProofHeader(rawHeaders: readonly string[]): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === header);
  return values.length === 1 ? values[0] : undefined;
}
