import { HttpError } from "@meshpass/http-server";
import type { ErrorCode } from "@meshpass/protocol";
import { authenticateBearer, type BearerDependencies } from "../credentials/authenticate-bearer.ts";
import type { Confirmer } from "./cutoffs-routes.ts";

export interface ReceiverDependencies extends BearerDependencies {
  /** Whether this instance of a service has a stream of the feed, or had one a moment ago. */
  readonly holdsStream: (service: string, instance: string) => boolean;
  /** Whether this instance of a service has confirmed before. */
  readonly knowsReceiver: (service: string, instance: string) => boolean;
}

/** A credential that ended, and was good before: these reasons are the registry's. */
const endedReasons: readonly string[] = ["revoked", "legacy_cut"];

/**
 * Who shows the credential of a service to confirm how far it has read: of an instance that has a stream, since made-up ones
 * would be waited for in vain. A credential that has ended will do for an instance that was heard of before, since nobody
 * else knows that: what is cut off may say that it has read so. It may not say goodbye, since whoever stole it could have
 * nobody wait for a receiver that goes on.
 *
 * @throws HttpError for any other credential that is not good
 */
export async function authenticateReceiver(
  dependencies: ReceiverDependencies,
  rawHeaders: readonly string[],
): Promise<Confirmer> {
  const authenticated = await authenticateBearer(dependencies, rawHeaders);
  if ("value" in authenticated) {
    const { name: service } = authenticated.value;
    return {
      service,
      check: ({ instance }) => demand(dependencies.holdsStream(service, instance), "unknown_receiver"),
    };
  }
  const { caller, reason, code } = authenticated.refused;
  if (caller === undefined || !endedReasons.includes(reason)) throw new HttpError(code);
  const { name: service } = caller;
  const check: Confirmer["check"] = ({ instance, leaving }) =>
    demand(leaving !== true && dependencies.knowsReceiver(service, instance), code);
  return { service, check };
}

function demand(holds: boolean, code: ErrorCode): void {
  if (!holds) throw new HttpError(code);
}
