import { VerifierError } from "./verifier-error.ts";

const header = "authorization";

/**
 * The bearer token of a request (RFC 6750 section 2.1), from its raw headers: names and values in turn, as in
 * `IncomingMessage.rawHeaders`. Raw, because Node's `headers` hides a second `Authorization`.
 *
 * Does not look at the token itself, nor for one in a body or a URL.
 *
 * @throws VerifierError `missing_token` (401) if there is no `Authorization`, or it is of another scheme: to a receiver
 * of bearer tokens that is no token at all. `invalid_request` (400) if there are two, or what follows `Bearer` (in any
 * case) is not one space and one token.
 */
export const readBearer = (rawHeaders: readonly string[]): string => parseBearer(onlyAuthorization(rawHeaders));

/** As {@link readBearer}, from the value of the one `Authorization`. */
export function parseBearer(value: string | undefined): string {
  if (value === undefined) throw new VerifierError("no_token");
  const token = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(value)?.[1];
  if (token !== undefined) return token;
  const isBearer = /^(bearer)?(\s|$)/i.test(value);
  throw new VerifierError(isBearer ? "malformed_header" : "other_scheme");
}

/** A token and the scheme under which it is shown: alone, or bound to a key (RFC 9449 section 7.1). */
export interface ShownAs {
  readonly scheme: "Bearer" | "DPoP";
  readonly token: string;
}

/**
 * The token of a request under either scheme, as `readBearer` reads one.
 *
 * @throws VerifierError as `readBearer`
 */
export function readAuthorization(rawHeaders: readonly string[]): ShownAs {
  const token = /^dpop ([A-Za-z0-9._~+/-]+=*)$/i.exec(onlyAuthorization(rawHeaders) ?? "")?.[1];
  return token === undefined ? { scheme: "Bearer", token: readBearer(rawHeaders) } : { scheme: "DPoP", token };
}

/**
 * The value of the one `Authorization`, undefined if there is none.
 *
 * @throws VerifierError `invalid_request` if there are two
 */
export function onlyAuthorization(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length !== header.length || name.toLowerCase() !== header) continue;
    if (found !== undefined) throw new VerifierError("two_headers");
    found = rawHeaders[at + 1] as string;
  }
  return found;
}
