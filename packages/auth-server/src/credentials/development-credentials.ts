import { join } from "node:path";
import type { Verifier } from "@meshpass/verifier";
import { peekClaims } from "../peek-claims.ts";
import { readPrivateFile, writePrivateFile } from "../private-file.ts";
import { isYoung, verifyKept } from "../verify-kept.ts";
import { type Issuer, issueCredential } from "./issue-credential.ts";

/** Life of a development credential, in seconds; it is renewed when half of it is over. */
const lifetimeSeconds = 7 * 86_400;

export interface DevelopmentOptions extends Issuer {
  /** `<folder>/<service>.jwt`, the bare JWT and a newline. */
  readonly folder: string;
  readonly services: readonly string[];
  /** The receiver's own check of a credential; rejects for one that this core did not sign. */
  readonly verify: Verifier["verify"];
}

/**
 * Makes sure that every service has a credential file: makes a development credential where the file is missing, where
 * this core or this store does not know what is in it, and where a development credential is past half of its life.
 * One that was revoked stays as it is for as long as it would have been good, since a cut is not undone by a timer, nor by
 * the withdrawal of the key that signed it; one that an operator issued stays, too. Deleting the file asks for a new one.
 *
 * @throws HttpError if the core is not there; what was done stays done, and calling again does the rest.
 */
export async function keepDevelopmentCredentials(options: DevelopmentOptions): Promise<void> {
  for (const service of options.services) {
    const path = join(options.folder, `${service}.jwt`);
    if (await isLeftAlone(options, service, await readPrivateFile(path))) continue;
    const { token } = await issueCredential(options, { service, lifetimeSeconds, dev: true });
    await writePrivateFile(path, `${token}\n`);
  }
}

async function isLeftAlone(options: DevelopmentOptions, service: string, token: string | undefined): Promise<boolean> {
  if (token === undefined) return false;
  const caller = await verifyKept(options, token);
  if (caller === undefined) return isRevoked(options, service, token);
  if (caller.name !== service) return false;
  const refusal = options.registry.refusalOf(caller);
  if (refusal !== undefined) return refusal !== "not_issued_here";
  return caller.claims.dev !== true || isYoung(caller, options.clock() / 1_000);
}

/** Of a text that nobody has signed, as far as is known: whoever could forge it here can delete the file as well. */
function isRevoked({ registry }: DevelopmentOptions, service: string, token: string): boolean {
  const jti = peekClaims(token).jti;
  const named = registry.list().find((credential) => credential.jti === jti && credential.service === service);
  return named?.revokedAt !== undefined;
}
