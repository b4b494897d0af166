import { HttpError, objectBody } from "@meshpass/http-server";
import { endings, isJti, isServiceName } from "@meshpass/protocol";
import { endingOfJti } from "@meshpass/verifier";

/** What an operator wants to cut off: a whole service with its credentials, or tokens alone. */
export type CutRequest = { readonly dryRun: boolean } & (
  | { readonly service: string }
  | { readonly ends: string; readonly edge: WantedEdge }
);

/** The edges whose tokens a cut ends; a part that is missing stands for every name. */
export interface WantedEdge {
  readonly caller?: string;
  readonly target?: string;
  /** Of one token alone, which may be of any edge. */
  readonly jti?: string;
}

/**
 * The body of `POST /cuts`: exactly one of `{service}`, `{caller, target}`, `{target}`, `{jti}`, `{everything: true}`, and
 * `dryRun: true` where nothing is to be done.
 *
 * @throws HttpError `invalid_request`
 */
export function readCut(body: unknown): CutRequest {
  const read = objectBody(body, ["service", "caller", "target", "jti", "everything", "dryRun"]);
  const { dryRun = false, ...wanted } = read;
  if (typeof dryRun !== "boolean") throw new HttpError("invalid_request");
  const { service, caller, target, jti, everything } = wanted;
  const names = Object.keys(wanted).sort().join(" ");
  if (names === "service") return { dryRun, service: readService(service) };
  if (names === "caller target") return { dryRun, ...edgeOf(readService(caller), readService(target)) };
  if (names === "target") return { dryRun, ...targetOf(readService(target)) };
  if (names === "jti") return { dryRun, ...tokenOf(readJti(jti)) };
  if (names === "everything" && everything === true) return { dryRun, ends: endings.everything, edge: {} };
  throw new HttpError("invalid_request");
}

const edgeOf = (caller: string, target: string) => ({ ends: endings.edge(caller, target), edge: { caller, target } });
const targetOf = (target: string) => ({ ends: endings.target(target), edge: { target } });
const tokenOf = (jti: string) => ({ ends: endingOfJti(jti), edge: { jti } });

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
