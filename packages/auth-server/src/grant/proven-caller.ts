import type { Hop } from "@meshpass/policy";
import type { ErrorCode } from "@meshpass/protocol";
import type { Snapshot } from "../map/map-in-force.ts";
import type { OnBehalf } from "./subject-token.ts";

/** A service that has proved who it is, and whom it was called by where it asks on that behalf. */
export interface ProvenCaller extends OnBehalf {
  /** The jti of its credential; undefined of one that was made straight at the core and has none. */
  readonly credential: string | undefined;
  /** The thumbprint of a key that it proved to have, and that its token is to be bound to (RFC 9449 section 5). */
  readonly proofKey?: string;
  /** Why what it proved itself with is refused now, or undefined while that is good. */
  refusal(): string | undefined;
}

/** No token. `code` is for the wire, `reason` for the record; the rest is what was known when it was refused. */
export interface Refused {
  readonly allowed: false;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly caller?: Pick<ProvenCaller, "name" | "credential" | "subject">;
  readonly target?: string;
  readonly snapshot?: Snapshot;
  readonly line?: number | undefined;
  /** The call of a chain that was refused, where it was the map's word. */
  readonly hop?: Hop;
  /** Those that were asked for and are not granted. */
  readonly missingScopes?: readonly string[];
  /** By their names in small letters, for the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the caller to read, in place of what the code says. */
  readonly description?: string;
  /** For the log, where it is this server's own fault. */
  readonly cause?: unknown;
}

/** What was read or proved, or the refusal that follows where it was not. */
export type Known<T> = { readonly value: T } | { readonly refused: Refused };

/** That something was not read or proved; of `caller` only where that much is proved. */
export const refuse = (code: ErrorCode, reason: string, caller?: Refused["caller"]): { readonly refused: Refused } => ({
  refused: { allowed: false, code, reason, ...(caller === undefined ? {} : { caller }) },
});
