import { isServiceName } from "@meshpass/protocol";
import { ClientError } from "./client-error.ts";

/**
 * What `byTarget` holds for `target`.
 *
 * @throws ClientError `invalid_target` if it is no service name, `unknown_target` if nothing is configured for it.
 */
export function findTarget<T>(byTarget: ReadonlyMap<string, T>, target: string): T {
  const found = byTarget.get(target);
  if (found !== undefined) return found;
  if (!isServiceName(target)) throw new ClientError("invalid_target", "The target is no service name.");
  throw new ClientError("unknown_target", `No service ${target} is configured: add it to services with its url.`);
}
