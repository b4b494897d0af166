import { HttpError } from "@meshpass/http-server";
import { serviceOfAudience } from "@meshpass/policy";
import type { Snapshot } from "../map/map-in-force.ts";
import {
  type AccessClaims,
  claimedAudience,
  type OpenTokenDependencies,
  openAccessToken,
} from "./open-access-token.ts";
import type { ClientRequest } from "./parameters.ts";
import { type AuthenticateClient, authenticateRequester, type RequesterDependencies } from "./requester.ts";

export interface IntrospectDependencies extends OpenTokenDependencies, RequesterDependencies {
  readonly currentMap: () => Snapshot | undefined;
  readonly authenticateForIntrospection: AuthenticateClient;
}

/** What is told of a token that is good (RFC 7662 section 2.2); of any other one that it is not, and nothing else. */
export type Introspection =
  | { readonly active: false }
  | ({ readonly active: true; readonly token_type: "Bearer" | "DPoP" } & Readonly<Record<string, unknown>>);

/**
 * Tells the service that a token is for, or an operator, what it says. To everybody else, and of a token that has expired,
 * was cut or is no access token, it is not active (RFC 7662 section 4).
 *
 * @throws HttpError `invalid_request` without a token; `invalid_client`, `too_many_requests`, `store_unavailable` for
 * the requester; `not_ready`, `keys_unavailable`
 */
export async function introspect(dependencies: IntrospectDependencies, request: ClientRequest): Promise<Introspection> {
  const requester = await authenticateRequester(
    dependencies,
    dependencies.authenticateForIntrospection,
    request,
    "read",
  );
  const token = request.parameters.get("token");
  if (token === undefined) throw new HttpError("invalid_request");
  const snapshot = dependencies.currentMap();
  if (snapshot === undefined) throw new HttpError("not_ready");
  const target =
    "client" in requester ? requester.client : serviceOfAudience(snapshot.map, claimedAudience(dependencies, token));
  const opened = target === undefined ? undefined : await openAccessToken(dependencies, snapshot, token, target);
  return opened === undefined ? { active: false } : describe(opened.claims);
}

const describe = (claims: AccessClaims): Introspection => ({
  active: true,
  token_type: claims.cnf === undefined ? "Bearer" : "DPoP",
  client_id: claims.sub,
  ...claims,
});
