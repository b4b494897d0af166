import type { ActionsOutcome, ProtectedClaimWarning } from "../actions.ts";
import { printable } from "../printable.ts";
import { createClaims } from "../runner/claims.ts";
import { denyCodes, maxIgnored, maxReasonLength } from "../runner/messages.ts";

/** What the child said, once it is known to be of the right shape. */
export type ChildMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "unloadable"; readonly action: string; readonly text: string }
  | { readonly kind: "log"; readonly action: string; readonly text: string }
  | { readonly kind: "answer"; readonly id: number; readonly verdict: ChildVerdict };

export type ChildVerdict = ActionsOutcome | { readonly failed: { readonly action: string; readonly text: string } };

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the child says in `line`; undefined for anything that it does not say as long as no action has got hold of it.
 * `actions` are the names of those that run in it.
 */
export function readMessage(line: string, actions: ReadonlySet<string>): ChildMessage | undefined {
  try {
    return readFields(asFields(JSON.parse(line)), actions);
  } catch {
    return undefined;
  }
}

function readFields(message: Fields, actions: ReadonlySet<string>): ChildMessage {
  const { kind } = message;
  if (kind === "ready") return { kind };
  if (kind === "unloadable" || kind === "log") return { kind, ...readFailure(message, actions) };
  if (kind === "answer" && Number.isSafeInteger(message.id)) {
    return { kind, id: message.id as number, verdict: readVerdict(asFields(message.verdict), actions) };
  }
  throw new TypeError("this is no message");
}

function readVerdict(verdict: Fields, actions: ReadonlySet<string>): ChildVerdict {
  if ("failed" in verdict) return { failed: readFailure(asFields(verdict.failed), actions) };
  if ("denied" in verdict) return { denied: readDenial(asFields(verdict.denied), actions) };
  return Object.freeze({ claims: readClaims(verdict.claims), warnings: readIgnored(verdict.ignored, actions) });
}

const readFailure = ({ action, text }: Fields, actions: ReadonlySet<string>) => ({
  action: readAction(action, actions),
  text: printable(asText(text)),
});

function readDenial({ code, reason, action }: Fields, actions: ReadonlySet<string>) {
  const text = asText(reason);
  if (!denyCodes.has(code) || text === "" || text.length > maxReasonLength) throw new TypeError("this is no denial");
  // RFC 6749 section 5.2: what else stands in an error_description is none.
  const sayable = text.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?");
  return { code: code as "server_error", reason: sayable, action: readAction(action, actions) };
}

function readClaims(value: unknown): Readonly<Record<string, unknown>> {
  const claims = createClaims();
  for (const [name, claim] of Object.entries(asFields(value))) {
    if (!claims.set(name, claim)) throw new TypeError("the child does not set protected claims");
  }
  return claims.all();
}

function readIgnored(value: unknown, actions: ReadonlySet<string>): readonly ProtectedClaimWarning[] {
  if (!Array.isArray(value) || value.length > maxIgnored) throw new TypeError("this is no list of ignored claims");
  return value.map((item) => {
    const fields = asFields(item);
    const action = readAction(fields.action, actions);
    const claim = printable(asText(fields.claim));
    return {
      code: "protected_claim",
      action,
      message: `${action} sets the claim ${claim}, which is protected: ignored`,
    };
  });
}

function readAction(action: unknown, actions: ReadonlySet<string>): string {
  if (actions.has(action as string)) return action as string;
  throw new TypeError("there is no such action");
}

function asFields(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new TypeError("this has no fields");
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError("this is no text");
}
