import { randomUUID } from "node:crypto";
import { issuerName, type OperatorClaims, operatorAudience, tokenRules } from "@meshpass/protocol";
import type { Verifier } from "@meshpass/verifier";
import { type Mint, mintToken } from "../mint/mint-token.ts";
import { readPrivateFile, writePrivateFile } from "../private-file.ts";
import { isYoung, verifyKept } from "../verify-kept.ts";

export interface OperatorTokenOptions extends Mint {
  /** Of operator tokens. */
  readonly verifier: Verifier;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Where the token is kept: whoever can read this file is this server's operator. */
  readonly path: string;
}

/**
 * Makes sure that the file holds a good operator token for this server's own user, with the role `issue`: a new one
 * when it is missing, refused, or past half of its 12 h.
 *
 * @throws HttpError if the core is not there; calling again tries again.
 */
export async function keepOperatorToken(options: OperatorTokenOptions): Promise<void> {
  const { clock, path } = options;
  if (await isFresh(options, await readPrivateFile(path))) return;
  const iat = Math.floor(clock() / 1_000);
  const claims = {
    iss: issuerName,
    sub: "operator:local",
    aud: operatorAudience,
    iat,
    exp: iat + tokenRules.operator.defaultLifetimeSeconds,
    jti: randomUUID(),
    token_use: "operator",
    role: "issue",
  } satisfies OperatorClaims;
  const { text } = await mintToken(options, claims, "static");
  await writePrivateFile(path, `${text}\n`);
}

async function isFresh({ verifier, clock }: OperatorTokenOptions, token: string | undefined): Promise<boolean> {
  const kept = token === undefined ? undefined : await verifyKept(verifier, token);
  return kept !== undefined && isYoung(kept, clock() / 1_000);
}
