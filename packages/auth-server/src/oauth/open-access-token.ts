import { HttpError } from "@meshpass/http-server";
import { audienceOf } from "@meshpass/policy";
import {
  type Delegation,
  type Generation,
  issuerName,
  longestAccessLifetimeSeconds,
  parseGeneration,
  readDelegation,
} from "@meshpass/protocol";
import { createVerifier, type Keys, VerifierError } from "@meshpass/verifier";
import type { CutLog } from "../cutoffs/cut-log.ts";
import { isTokenCut } from "../cutoffs/is-token-cut.ts";
import type { Snapshot } from "../map/map-in-force.ts";
import type { OpaqueTokens } from "../mint/opaque-tokens.ts";
import { peekClaims } from "../peek-claims.ts";

export interface OpenTokenDependencies {
  /** The keys that are published. */
  readonly keys: Keys;
  readonly opaqueTokens: OpaqueTokens;
  readonly cutLog: Pick<CutLog, "generationFor" | "isCut">;
  /** The `iss` of tokens from `POST /oauth/token`, besides that of `POST /accesstoken`. */
  readonly issuer: string;
  /** ms since 1970. */
  readonly clock: () => number;
}

/** What an access token says. */
export type AccessClaims = Readonly<Record<string, unknown>> & {
  readonly sub: string;
  readonly jti: string;
  readonly exp: number;
};

/** An access token that is good, and where it came from. */
export interface OpenedToken extends Delegation {
  readonly claims: AccessClaims;
  /** Who calls: one, but of a delegated token. */
  readonly callers: readonly string[];
  /** Of the key that signed it; an opaque one has none. */
  readonly kid: string | undefined;
  /** The last cut that its decision knew of. */
  readonly generation: Generation;
}

/**
 * The access token `token`, delegated or not, if the service `target` would accept it now; undefined if it would not, whatever
 * the text is.
 *
 * @throws HttpError `keys_unavailable` where the keys cannot be had
 */
export async function openAccessToken(
  dependencies: OpenTokenDependencies,
  { map }: Snapshot,
  token: string,
  target: string,
): Promise<OpenedToken | undefined> {
  const audience = audienceOf(map, target);
  const known = dependencies.opaqueTokens.find(token);
  const signed = known === undefined ? await openSigned(dependencies, token, audience) : undefined;
  const claims = known ?? signed?.claims;
  const generation = parseGeneration(claims?.gen);
  if (claims === undefined || claims.aud !== audience || generation === undefined) return undefined;
  const way = claims.token_use === "delegated" ? readDelegation(claims) : { callers: [claims.sub], parents: [] };
  if (way === undefined) return undefined;
  const opened = { claims, ...way, kid: signed?.kid, generation };
  return isTokenCut(dependencies, { ...opened, target, jti: claims.jti }, generation) ? undefined : opened;
}

async function openSigned(
  { keys, issuer, clock }: OpenTokenDependencies,
  token: string,
  audience: string,
): Promise<{ readonly claims: AccessClaims; readonly kid: string } | undefined> {
  const rules = { issuers: [issuerName, issuer], audience, kind: "access", onBehalfOf: true } as const;
  const bounds = { dpop: { origin: issuer }, maxLifetimeSeconds: longestAccessLifetimeSeconds, cacheSize: 0 };
  try {
    const { claims, kid } = await createVerifier({ ...rules, ...bounds, keys, clock }).inspect(token);
    return { claims: claims as AccessClaims, kid };
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    if (error.code === "keys_unavailable") throw new HttpError(error.code, { cause: error });
    return undefined;
  }
}

/** The audience that a token names, empty where it names none; of a signed one nobody has checked it. */
export function claimedAudience({ opaqueTokens }: Pick<OpenTokenDependencies, "opaqueTokens">, token: string): string {
  const { aud } = opaqueTokens.find(token) ?? peekClaims(token);
  return typeof aud === "string" ? aud : "";
}
