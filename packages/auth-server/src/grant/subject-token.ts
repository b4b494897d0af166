import type { Generation, ParentToken } from "@meshpass/protocol";
import type { TokenInQuestion } from "../cutoffs/is-token-cut.ts";

/** The token that a caller was called with itself, and wants to call on with (RFC 8693 section 2.1). */
export interface SubjectToken {
  /** Who called whom on the way to the caller, the first one first. */
  readonly callers: readonly string[];
  /** Those that it came from, the first one first, and then itself. */
  readonly tokens: readonly ParentToken[];
  readonly scopes: readonly string[];
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Whether whoever shows it must prove to have a key. */
  readonly isBound: boolean;
  /** The last cut that its decision knew of. */
  readonly generation: Generation;
}

/** Somebody who asks for a token, in its own name or with the token that it was called with. */
export interface OnBehalf {
  readonly name: string;
  readonly subject?: SubjectToken;
}

/** Who calls whom on the way to the target, the first caller first: `name` is the last one. */
export const chainOf = ({ name, subject }: OnBehalf): readonly string[] =>
  subject === undefined ? [name] : [...subject.callers, name];

/** What can end the token `jti` for `target` that `caller` asks for. */
export const tokenOf = (caller: OnBehalf, target: string, jti: string): TokenInQuestion => ({
  callers: chainOf(caller),
  target,
  jti,
  parents: caller.subject?.tokens ?? [],
});

/** What can end the subject token itself, which is one for `target`. */
export const asToken = ({ callers, tokens }: SubjectToken, target: string): TokenInQuestion => ({
  callers,
  target,
  jti: tokens.at(-1)?.jti ?? "",
  parents: tokens.slice(0, -1),
  kid: tokens.at(-1)?.kid,
});

/** The answer to a subject token that is not good, whatever it lacks (RFC 8693 section 2.2.2). */
export const subjectRefused = {
  allowed: false,
  code: "invalid_request",
  reason: "subject_token_refused",
  description: "The subject_token must be an access token for this client that has neither ended nor been cut.",
} as const;
