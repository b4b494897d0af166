import { hasFields, isFlag, isListOf, isOneOf, isSeconds, isText, isTrue, optional } from "../shape.ts";
import type { PublicKeyInput } from "./public-key.ts";

const types = ["jwt", "secret", "key"] as const;

/**
 * What a service proves itself with: a JWT of the core's, shown as it is; a client secret (RFC 6749 section 2.3.1); or a
 * key of its own, with which it signs assertions (RFC 7523 section 2.2).
 */
export type CredentialType = (typeof types)[number];

export const isCredentialType = isOneOf(...types);

/** A credential that was issued, without what proves it. Times in seconds since 1970. */
export interface IssuedCredential {
  /** Its id, of whatever type it is. */
  readonly jti: string;
  readonly service: string;
  readonly type: CredentialType;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Whether it is a development credential. */
  readonly dev: boolean;
  /** Undefined if it was not revoked. */
  readonly revokedAt?: number | undefined;
  /** When the core's key that signed it was withdrawn, which ends a JWT too; undefined while that key is good. */
  readonly keyWithdrawnAt?: number | undefined;
  /** Of a key its thumbprint (RFC 7638), which an assertion's header may name. */
  readonly kid?: string | undefined;
}

/** A credential that was made straight at the core, known since it was first shown. */
export interface LegacyCredential {
  /** SHA-256 of its text. */
  readonly hash: string;
  readonly service: string;
  /** Seconds since 1970. */
  readonly firstUsedAt: number;
  /** As of an {@link IssuedCredential}. */
  readonly keyWithdrawnAt?: number | undefined;
}

/** What `GET /credentials` answers. */
export interface CredentialList {
  readonly credentials: readonly IssuedCredential[];
  readonly legacyCredentials: readonly LegacyCredential[];
}

export const isCredentialList = hasFields<CredentialList>({
  credentials: isListOf(
    hasFields<IssuedCredential>({
      jti: isText,
      service: isText,
      type: isCredentialType,
      issuedAt: isSeconds,
      expiresAt: isSeconds,
      dev: isFlag,
      revokedAt: optional(isSeconds),
      keyWithdrawnAt: optional(isSeconds),
      kid: optional(isText),
    }),
  ),
  legacyCredentials: isListOf(
    hasFields<LegacyCredential>({
      hash: isText,
      service: isText,
      firstUsedAt: isSeconds,
      keyWithdrawnAt: optional(isSeconds),
    }),
  ),
});

/** What `POST /credentials` asks for. */
export interface CredentialRequest {
  readonly service: string;
  /** `jwt` if it is missing. */
  readonly type?: CredentialType | undefined;
  /** 60 to 31,536,000; 90 days if it is missing. */
  readonly lifetimeSeconds?: number | undefined;
  /** The service's own, of the type `key` alone; its private half stays with the service. */
  readonly publicKey?: PublicKeyInput | undefined;
}

/** What is told of every credential that was just made. */
interface NewlyIssued {
  readonly jti: string;
  readonly service: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** A JWT that was just made: its text, which is nowhere else, and what is kept of it. */
export interface NewCredential extends NewlyIssued {
  readonly type: "jwt";
  readonly token: string;
}

/** A client secret that was just made, which is nowhere else, and what is kept of it. The client id is the service's name. */
export interface NewSecret extends NewlyIssued {
  readonly type: "secret";
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A key of a service that is known from now on, by this kid. */
export interface NewKey extends NewlyIssued {
  readonly type: "key";
  readonly clientId: string;
  readonly kid: string;
}

/** What every answer of `POST /credentials` says besides. */
interface Placed {
  /** Whether the map in force names the service. */
  readonly inMap: boolean;
}

/** What `POST /credentials` answers: for a JWT, for a secret, for a key. */
export type CredentialAnswer = NewCredential & Placed;
export type SecretAnswer = NewSecret & Placed;
export type KeyAnswer = NewKey & Placed;

const fieldsOfNew = { jti: isText, service: isText, expiresAt: isSeconds, inMap: isFlag };

export const isCredentialAnswer = hasFields<CredentialAnswer>({ ...fieldsOfNew, type: isOneOf("jwt"), token: isText });

export const isSecretAnswer = hasFields<SecretAnswer>({
  ...fieldsOfNew,
  type: isOneOf("secret"),
  clientId: isText,
  clientSecret: isText,
});

export const isKeyAnswer = hasFields<KeyAnswer>({
  ...fieldsOfNew,
  type: isOneOf("key"),
  clientId: isText,
  kid: isText,
});

/** What `DELETE /credentials/<jti>?keepTokens=true` answers; without that it is a `CutAnswer` with `revoked`. */
export interface KeptTokensAnswer {
  readonly revoked: string;
  readonly keptTokens: true;
}

export const isKeptTokensAnswer = hasFields<KeptTokensAnswer>({ revoked: isText, keptTokens: isTrue });
