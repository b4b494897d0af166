import { HttpError, objectBody } from "@meshpass/http-server";
import { parseServiceName } from "@meshpass/protocol";

/**
 * The target that the body of `POST /query` names: a JSON object with the one field `target`, a name that `services` has.
 *
 * @throws HttpError `invalid_request`, `invalid_target` or `unknown_target`.
 */
export function readQuery(body: unknown, services: ReadonlyMap<string, unknown>): string {
  const target = parseServiceName(objectBody(body, ["target"]).target);
  if (target === undefined) throw new HttpError("invalid_target");
  if (!services.has(target)) throw new HttpError("unknown_target");
  return target;
}
