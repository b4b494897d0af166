import { HttpError } from "@meshpass/http-server";
import { serviceOfAudience } from "@meshpass/policy";
import { endingOfJti } from "@meshpass/verifier";
import type { CutOperations } from "../cutoffs/cut-operations.ts";
import type { Snapshot } from "../map/map-in-force.ts";
import { orStoreUnavailable } from "../operator/or-store-unavailable.ts";
import { peekClaims } from "../peek-claims.ts";
import { claimedAudience, type OpenTokenDependencies, openAccessToken } from "./open-access-token.ts";
import type { ClientRequest } from "./parameters.ts";
import { type AuthenticateClient, authenticateRequester, type RequesterDependencies } from "./requester.ts";

export interface RevokeDependencies extends OpenTokenDependencies, RequesterDependencies {
  readonly currentMap: () => Snapshot | undefined;
  readonly cut: CutOperations["cut"];
  readonly authenticateForRevocation: AuthenticateClient;
}

/**
 * Cuts one access token, on the word of the client that it was issued to or of an operator (RFC 7009). A token that nobody
 * accepts any more is no error: what was wanted is so (section 2.2).
 *
 * @throws HttpError `unauthorized_client` for a token of another client; `unsupported_token_type` for every other kind of
 * token of ours, which only an operator can revoke; `store_unavailable` if it could not be stored, and then the token lives; `invalid_request`,
 * `not_ready`, `keys_unavailable`; `invalid_client`, `too_many_requests` for the requester
 */
export async function revoke(dependencies: RevokeDependencies, request: ClientRequest): Promise<void> {
  const requester = await authenticateRequester(dependencies, dependencies.authenticateForRevocation, request, "edit");
  const token = request.parameters.get("token");
  if (token === undefined) throw new HttpError("invalid_request");
  const snapshot = dependencies.currentMap();
  if (snapshot === undefined) throw new HttpError("not_ready");
  const { token_use: kind } = peekClaims(token);
  if (kind !== undefined && kind !== "access" && kind !== "delegated") throw new HttpError("unsupported_token_type");
  const target = serviceOfAudience(snapshot.map, claimedAudience(dependencies, token));
  const opened = target === undefined ? undefined : await openAccessToken(dependencies, snapshot, token, target);
  if (opened === undefined) return;
  // Whoever calls with it is the client that it was issued to.
  const client = opened.callers.at(-1);
  if ("client" in requester && requester.client !== client) throw new HttpError("unauthorized_client");
  await orStoreUnavailable(dependencies.cut(endingOfJti(opened.claims.jti), client));
}
