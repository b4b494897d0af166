import { HttpError } from "@meshpass/http-server";
import { audienceOf } from "@meshpass/policy";
import { issuerName, longestAccessLifetimeSeconds, parseGeneration } from "@meshpass/protocol";
import { type Caller, createVerifier, type Keys, type Verifier, VerifierError } from "@meshpass/verifier";
import type { CutLog } from "../cutoffs/cut-log.ts";
import type { Snapshot } from "../map/map-in-force.ts";

export interface OpenTokenDependencies {
  /** The keys that are published. */
  readonly keys: Keys;
  readonly cutLog: Pick<CutLog, "generationFor" | "isCut">;
  /** The `iss` of tokens from `POST /oauth/token`, besides that of `POST /accesstoken`. */
  readonly issuer: string;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * Whom the access token `token` speaks for, if the service `target` would accept it now; undefined if it would not,
 * whatever the text is.
 *
 * @throws HttpError `keys_unavailable` where the keys cannot be had
 */
export async function openAccessToken(
  { keys, cutLog, issuer, clock }: OpenTokenDependencies,
  { map }: Snapshot,
  token: string,
  target: string,
): Promise<Caller | undefined> {
  const rules = {
    issuers: [issuerName, issuer],
    audience: audienceOf(map, target),
    kind: "access",
    dpop: { origin: issuer },
  } as const;
  const bounds = { maxLifetimeSeconds: longestAccessLifetimeSeconds, cacheSize: 0 };
  const opened = await verify(createVerifier({ ...rules, ...bounds, keys, clock }), token);
  const generation = parseGeneration(opened?.claims.gen);
  if (opened === undefined || generation === undefined) return undefined;
  return cutLog.isCut({ caller: opened.name, target, jti: opened.jti ?? "" }, generation) ? undefined : opened;
}

async function verify(verifier: Verifier, token: string): Promise<Caller | undefined> {
  try {
    return await verifier.inspect(token);
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    if (error.code === "keys_unavailable") throw new HttpError(error.code, { cause: error });
    return undefined;
  }
}
