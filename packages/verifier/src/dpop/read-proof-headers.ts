/** The values of every `DPoP` header, from raw headers: names and values in turn. More than one is an error (RFC 9449 4.3). */
export const readProofHeaders = (rawHeaders: readonly string[]): readonly string[] =>
  rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "dpop");
