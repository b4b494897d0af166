import { audienceOf, settingsOf } from "@meshpass/policy";
import { type AccessTokenClaims, formatGeneration } from "@meshpass/protocol";
import type { Allowed } from "../judge.ts";
import { type Mint, mintToken } from "./mint-token.ts";
import type { OpaqueTokens } from "./opaque-tokens.ts";
import type { MintedToken } from "./reusable-tokens.ts";

export interface MintAccessToken extends Mint {
  /** A token that lives longer than this is signed by the static key (`safeLifetime`); in seconds. */
  readonly safeLifetimeSeconds: () => number;
  readonly opaqueTokens: OpaqueTokens;
}

/**
 * The access token for what was decided, with this jti: signed by the core, or of no meaning in itself where the map has
 * that for the target.
 *
 * @throws HttpError as `mintToken` and `OpaqueTokens.issue` do
 */
export async function mintAccessToken(mint: MintAccessToken, judged: Allowed, jti: string): Promise<MintedToken> {
  const { caller, target, issued, snapshot, generation, times, scopes, customClaims } = judged;
  const claims = {
    // None has a name of ours, which the actions see to; should one, those that stand below win.
    ...customClaims,
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
  if (settingsOf(snapshot.map, target).tokenFormat === "opaque") {
    return { text: mint.opaqueTokens.issue(claims), kid: undefined, jti, times, generation };
  }
  const isSafe = times.exp - times.iat <= mint.safeLifetimeSeconds();
  return { ...(await mintToken(mint, claims, isSafe ? "rotating" : "static")), jti, times, generation };
}
