import { audienceOf } from "@meshpass/policy";
import { type AccessTokenClaims, formatGeneration } from "@meshpass/protocol";
import type { Allowed } from "../judge.ts";
import { type Mint, mintToken } from "./mint-token.ts";
import type { MintedToken } from "./reusable-tokens.ts";

export interface MintAccessToken extends Mint {
  /** A token that lives longer than this is signed by the static key (`safeLifetime`); in seconds. */
  readonly safeLifetimeSeconds: () => number;
}

/**
 * The access token for what was decided, with this jti.
 *
 * @throws HttpError as `mintToken` does
 */
export async function mintAccessToken(mint: MintAccessToken, judged: Allowed, jti: string): Promise<MintedToken> {
  const { caller, target, issued, snapshot, generation, times, scopes } = judged;
  const claims = {
    ...issued,
    sub: caller.name,
    aud: audienceOf(snapshot.map, target),
    ...times,
    jti,
    token_use: "access",
    map: snapshot.number,
    gen: formatGeneration(generation),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
  } satisfies AccessTokenClaims;
  const isSafe = times.exp - times.iat <= mint.safeLifetimeSeconds();
  return { ...(await mintToken(mint, claims, isSafe ? "rotating" : "static")), jti, times, generation };
}
