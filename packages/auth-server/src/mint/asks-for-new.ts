const name = "cache-control";

/**
 * Whether a request wants a token that was not handed out before: `Cache-Control: no-cache` (RFC 9111 section 5.2.1.4), as
 * a client sends it whose token was refused. `rawHeaders` as Node gives them.
 */
export function asksForNew(rawHeaders: readonly string[]): boolean {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = rawHeaders[index] as string;
    if (header.length !== name.length || header.toLowerCase() !== name) continue;
    if (/(^|,)[ \t]*no-cache[ \t]*(,|$)/i.test(rawHeaders[index + 1] as string)) return true;
  }
  return false;
}
