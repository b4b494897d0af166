import { HttpError, objectBody } from "@meshpass/http-server";
import { isJti, isServiceName, type WantedCut } from "@meshpass/protocol";

/** The body of `POST /cuts`, checked. */
export interface ReadCut {
  readonly wanted: WantedCut;
  readonly dryRun: boolean;
}

/**
 * The body of `POST /cuts`: exactly one of `{service}`, `{caller, target}`, `{target}`, `{jti}`, `{everything: true}`, and
 * `dryRun: true` where nothing is to be done.
 *
 * @throws HttpError `invalid_request`
 */
export function readCut(body: unknown): ReadCut {
  const read = objectBody(body, ["service", "caller", "target", "jti", "everything", "dryRun"]);
  const { dryRun = false, ...wanted } = read;
  if (typeof dryRun !== "boolean") throw new HttpError("invalid_request");
  const { service, caller, target, jti, everything } = wanted;
  const names = Object.keys(wanted).sort().join(" ");
  if (names === "service") return { dryRun, wanted: { service: readService(service) } };
  if (names === "caller target")
    return { dryRun, wanted: { caller: readService(caller), target: readService(target) } };
  if (names === "target") return { dryRun, wanted: { target: readService(target) } };
  if (names === "jti") return { dryRun, wanted: { jti: readJti(jti) } };
  if (names === "everything" && everything === true) return { dryRun, wanted: { everything } };
  throw new HttpError("invalid_request");
}

/** @throws HttpError `invalid_request` if `value` is no name of a service. */
export function readService(value: unknown): string {
  if (!isServiceName(value)) throw new HttpError("invalid_request");
  return value;
}

/** @throws HttpError `invalid_request` if `value` cannot be the jti of a token. */
export function readJti(value: unknown): string {
  if (!isJti(value)) throw new HttpError("invalid_request");
  return value;
}
