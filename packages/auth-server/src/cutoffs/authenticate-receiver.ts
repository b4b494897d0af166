import { HttpError } from "@meshpass/http-server";
import { authenticate, type JudgeDependencies } from "../judge.ts";
import type { Confirmer } from "./cutoffs-routes.ts";

export interface ReceiverDependencies extends Pick<JudgeDependencies, "verifier" | "registry"> {
  /** Whether this instance of a service has confirmed before. */
  readonly knowsReceiver: (service: string, instance: string) => boolean;
}

/** A credential that ended, and was good before: these reasons are the registry's. */
const endedReasons: readonly string[] = ["revoked", "legacy_cut"];

/**
 * Who shows the credential of a service to confirm how far it has read. One that has ended will do for an instance that was
 * heard of before, since nobody else knows that: what is cut off may say that it has read so.
 *
 * @throws HttpError for any other credential that is not good
 */
export async function authenticateReceiver(
  dependencies: ReceiverDependencies,
  rawHeaders: readonly string[],
): Promise<Confirmer> {
  const authenticated = await authenticate(dependencies, rawHeaders);
  if ("value" in authenticated) return { service: authenticated.value.name, checkInstance: () => undefined };
  const { caller, reason, code } = authenticated.refused;
  if (caller === undefined || !endedReasons.includes(reason)) throw new HttpError(code);
  const checkInstance = (instance: string): void => {
    if (!dependencies.knowsReceiver(caller.name, instance)) throw new HttpError(code);
  };
  return { service: caller.name, checkInstance };
}
