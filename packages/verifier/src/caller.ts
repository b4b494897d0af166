import type { ParentToken, TokenKind } from "@meshpass/protocol";
import type { JsonObject } from "./json-object.ts";

/** Whom a verified token speaks for, and what it says. Frozen: one object serves every request with this token. */
export interface Caller {
  /** The service that calls: the one that `sub` names, of a delegated token the outermost of `act`; of an operator token the part after `operator:`. */
  readonly name: string;
  /** The service on whose behalf it calls, of a delegated token (RFC 8693); undefined where it calls for itself. */
  readonly onBehalfOf: string | undefined;
  /** Who called whom on the way here: the first caller first, `name` last, which is the only one but of a delegated token. */
  readonly chain: readonly string[];
  /** The tokens that a delegated one came from; of any other there are none. */
  readonly parents: readonly ParentToken[];
  readonly kind: TokenKind;
  /** Undefined only where {@link Caller.legacy} is true. */
  readonly jti: string | undefined;
  readonly kid: string;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Every claim as it stands in the token. */
  readonly claims: JsonObject;
  /** The names in `scope`; empty where the token has none. A new set each time, so no reader can widen another's. */
  readonly scopes: ReadonlySet<string>;
  /** Whether this is a credential without jti and token_use, accepted because `legacyCredentials` is on. */
  readonly legacy: boolean;
}
