import { audienceOf, settingsOf } from "@meshpass/policy";
import { type AccessTokenClaims, actOf, type DelegatedTokenClaims, formatGeneration } from "@meshpass/protocol";
import type { Allowed } from "../grant/judge.ts";
import { chainOf, type OnBehalf } from "../grant/subject-token.ts";
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
    sub: chainOf(caller)[0] ?? caller.name,
    aud: audienceOf(snapshot.map, target),
    ...times,
    jti,
    ...useOf(caller),
    map: snapshot.number,
    gen: formatGeneration(generation),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    // The door that takes subject tokens names the client too.
  } as AccessTokenClaims | DelegatedTokenClaims;
  if (settingsOf(snapshot.map, target).tokenFormat === "opaque") {
    return { text: mint.opaqueTokens.issue(claims), kid: undefined, jti, times, generation };
  }
  const isSafe = times.exp - times.iat <= mint.safeLifetimeSeconds();
  return { ...(await mintToken(mint, { ...claims }, isSafe ? "rotating" : "static")), jti, times, generation };
}

/** What the token is for, and on whose behalf (RFC 8693 section 4.1). */
function useOf(caller: OnBehalf): Pick<AccessTokenClaims, "token_use"> | DelegatedUse {
  if (caller.subject === undefined) return { token_use: "access" };
  return { token_use: "delegated", act: actOf(chainOf(caller)), parents: caller.subject.tokens };
}

type DelegatedUse = Pick<DelegatedTokenClaims, "token_use" | "act" | "parents">;
