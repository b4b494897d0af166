import { hasFields, isFlag, isListOf, isSeconds, isText, isTrue, optional } from "../shape.ts";

/** A credential that was issued, without its text. Times in seconds since 1970. */
export interface IssuedCredential {
  readonly jti: string;
  readonly service: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Whether it is a development credential. */
  readonly dev: boolean;
  /** Undefined if it was not revoked. */
  readonly revokedAt?: number | undefined;
  /** When the key that signed it was withdrawn, which ends it too; undefined while that key is good. */
  readonly keyWithdrawnAt?: number | undefined;
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
      issuedAt: isSeconds,
      expiresAt: isSeconds,
      dev: isFlag,
      revokedAt: optional(isSeconds),
      keyWithdrawnAt: optional(isSeconds),
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
  /** 60 to 31,536,000; 90 days if it is missing. */
  readonly lifetimeSeconds?: number | undefined;
}

/** A credential that was just made: its text, which is nowhere else, and what is kept of it. */
export interface NewCredential {
  readonly token: string;
  readonly jti: string;
  readonly service: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** What `POST /credentials` answers. */
export interface CredentialAnswer extends NewCredential {
  /** Whether the map in force names the service. */
  readonly inMap: boolean;
}

export const isCredentialAnswer = hasFields<CredentialAnswer>({
  token: isText,
  jti: isText,
  service: isText,
  expiresAt: isSeconds,
  inMap: isFlag,
});

/** What `DELETE /credentials/<jti>?keepTokens=true` answers; without that it is a `CutAnswer` with `revoked`. */
export interface KeptTokensAnswer {
  readonly revoked: string;
  readonly keptTokens: true;
}

export const isKeptTokensAnswer = hasFields<KeptTokensAnswer>({ revoked: isText, keptTokens: isTrue });
