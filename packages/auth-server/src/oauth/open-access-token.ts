import { HttpError } from "@meshpass/http-server";
import { audienceOf } from "@meshpass/policy";
import { issuerName, longestAccessLifetimeSeconds, parseGeneration } from "@meshpass/protocol";
import { createVerifier, type Keys, VerifierError } from "@meshpass/verifier";
import type { CutLog } from "../cutoffs/cut-log.ts";
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
export type AccessClaims = Readonly<Record<string, unknown>> & { readonly sub: string; readonly jti: string };

/**
 * What the access token `token` says, if the service `target` would accept it now; undefined if it would not, whatever the
 * text is.
 *
 * @throws HttpError `keys_unavailable` where the keys cannot be had
 */
export async function openAccessToken(
  dependencies: OpenTokenDependencies,
  { map }: Snapshot,
  token: string,
  target: string,
): Promise<AccessClaims | undefined> {
  const audience = audienceOf(map, target);
  const known = dependencies.opaqueTokens.find(token);
  const claims: AccessClaims | undefined =
    known === undefined ? await openSigned(dependencies, token, audience) : known;
  const generation = parseGeneration(claims?.gen);
  if (claims === undefined || claims.aud !== audience || generation === undefined) return undefined;
  const subject = { caller: claims.sub, target, jti: claims.jti };
  return dependencies.cutLog.isCut(subject, generation) ? undefined : claims;
}

async function openSigned(
  { keys, issuer, clock }: OpenTokenDependencies,
  token: string,
  audience: string,
): Promise<AccessClaims | undefined> {
  const rules = { issuers: [issuerName, issuer], audience, kind: "access", dpop: { origin: issuer } } as const;
  const bounds = { maxLifetimeSeconds: longestAccessLifetimeSeconds, cacheSize: 0 };
  try {
    return (await createVerifier({ ...rules, ...bounds, keys, clock }).inspect(token)).claims as AccessClaims;
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
