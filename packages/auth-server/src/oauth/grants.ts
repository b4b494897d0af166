import { HttpError } from "@meshpass/http-server";
import { accessTokenType, tokenExchangeGrant } from "@meshpass/protocol";
import type { Door } from "../grant/door.ts";
import { createClientCredentialsDoor } from "./client-credentials-door.ts";
import type { ClientRequest } from "./parameters.ts";
import { createTokenExchangeDoor, type TokenExchangeOptions } from "./token-exchange-door.ts";

/** One way to be granted a token (RFC 6749 section 1.3). */
export interface Grant {
  readonly door: Door<ClientRequest>;
  /** What its answers say besides those of every grant. */
  readonly answer: Readonly<Record<string, string>>;
}

/** The grants that there are, by their `grant_type`. */
export const grantTypes = ["client_credentials", tokenExchangeGrant] as const;

export type Grants = Readonly<Record<(typeof grantTypes)[number], Grant>>;

export const createGrants = (options: TokenExchangeOptions): Grants => ({
  client_credentials: { door: createClientCredentialsDoor(options), answer: {} },
  [tokenExchangeGrant]: { door: createTokenExchangeDoor(options), answer: { issued_token_type: accessTokenType } },
});

/**
 * The grant that a request is for.
 *
 * @throws HttpError `invalid_request` where it names none, `unsupported_grant_type`
 */
export function grantOf(grants: Grants, { parameters }: ClientRequest): Grant {
  const type = parameters.get("grant_type");
  if (type === undefined) throw new HttpError("invalid_request");
  const known = grantTypes.find((one) => one === type);
  if (known === undefined) throw new HttpError("unsupported_grant_type");
  return grants[known];
}
