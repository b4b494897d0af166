import { HttpError } from "@meshpass/http-server";
import { type ErrorCode, isKid } from "@meshpass/protocol";

/** A key that a core publishes. `staged`: it does not sign yet. */
export interface CoreKey {
  readonly kid: string;
  readonly family: "static" | "dynamic";
  readonly state: "signing" | "staged" | "published";
}

/** What the core said was done: to which key, or which keys there are. */
export interface CoreAnswer {
  readonly kid: string | undefined;
  readonly keys: readonly CoreKey[];
}

/** How the embedded core says no, in its `status`. */
const refusals = new Map<unknown, ErrorCode>([
  ["UNKNOWN_KEY_ERROR", "unknown_key"],
  ["REPLACED_KEY_ERROR", "replaced_key"],
  ["TOO_MANY_KEYS_ERROR", "too_many_keys"],
]);

/**
 * Reads what a core answered to a change of its keys, or to the question for them. Either part may be missing.
 *
 * @throws HttpError `unknown_key`, `replaced_key` or `too_many_keys` for a refusal, `not_supported_by_core` where a core
 * has no such address, `core_unavailable` for an answer that is nothing of this; it holds nothing of the answer.
 */
export function readCoreAnswer({ status, text }: { readonly status: number; readonly text: string }): CoreAnswer {
  const answer = parseObject(text);
  const refusal = refusals.get(answer?.status);
  if (refusal !== undefined) throw new HttpError(refusal);
  if (status === 404) throw new HttpError("not_supported_by_core");
  if (status !== 200 || answer?.status !== "OK") throw unreadable(`the core answered with status ${status}`);
  const { kid, keys = [] } = answer;
  if (kid !== undefined && !isKid(kid)) throw unreadable("the core named no key");
  if (!Array.isArray(keys) || !keys.every(isCoreKey)) throw unreadable("the core's list of keys cannot be read");
  return { kid, keys: keys.map(({ kid, family, state }) => ({ kid, family, state })) };
}

const unreadable = (message: string): HttpError => new HttpError("core_unavailable", { cause: new Error(message) });

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

const families: readonly unknown[] = ["static", "dynamic"];
const states: readonly unknown[] = ["signing", "staged", "published"];

const isCoreKey = (value: unknown): value is CoreKey => {
  const { kid, family, state } = (value ?? {}) as Partial<CoreKey>;
  return isKid(kid) && families.includes(family) && states.includes(state);
};
