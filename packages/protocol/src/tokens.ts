/** `iss` of every token that is not an OAuth one, and `aud` of a credential. */
export const issuerName = "auth-server";

/** `aud` of an operator token. */
export const operatorAudience = "meshpass:operator";

/** A longer token is refused before anything in it is read, in bytes. */
export const maxTokenBytes = 8_192;

/** How far `exp`, `iat` and `nbf` may lie on the wrong side of a receiver's clock, in seconds. */
export const clockToleranceSeconds = 5;

/** What a token is for: the claim `token_use`. */
export type TokenKind = "credential" | "access" | "operator" | "feed-key";

/** A core's static keys are named `s-...` and never rotate; its rotating ones `d-...`. */
export type KeyFamily = "s-" | "d-";

/** What holds for every token of one kind, wherever it is checked. */
export interface TokenRules {
  readonly keyFamilies: readonly KeyFamily[];
  readonly maxLifetimeSeconds: number;
  readonly defaultLifetimeSeconds: number;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** An access token's own maximum is 1 h; a map may ask for up to 24 h, and a receiver must then be told so. */
export const tokenRules: Readonly<Record<TokenKind, TokenRules>> = {
  credential: { keyFamilies: ["s-"], defaultLifetimeSeconds: 90 * day, maxLifetimeSeconds: 365 * day },
  access: { keyFamilies: ["d-", "s-"], defaultLifetimeSeconds: 5 * minute, maxLifetimeSeconds: hour },
  operator: { keyFamilies: ["s-"], defaultLifetimeSeconds: 12 * hour, maxLifetimeSeconds: 12 * hour },
  "feed-key": { keyFamilies: ["s-"], defaultLifetimeSeconds: day, maxLifetimeSeconds: day },
};

/** The longest lifetime of an access token that a map may ask for, in seconds. */
export const longestAccessLifetimeSeconds = day;

/** The seven claims of every token (RFC 7519 section 4.1); times in seconds since 1970. */
export interface CommonClaims<Use extends TokenKind | "delegated"> {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly token_use: Use;
}

/** `dev` marks a credential made by `start` on a developer's machine; production refuses it. */
export type CredentialClaims = CommonClaims<"credential"> & { readonly dev?: true };

/**
 * `map` is the number of the map that the decision was taken on, `gen` the last cut that it knew of (`formatGeneration`),
 * `scope` a space-separated list (RFC 6749 3.3).
 */
export type AccessTokenClaims = CommonClaims<"access"> & {
  readonly map: number;
  readonly gen: string;
  readonly scope?: string;
  /** The caller once more, in a token from `POST /oauth/token` (RFC 9068 section 2.2). */
  readonly client_id?: string;
  /** The thumbprint of the key that whoever shows the token must prove to have (RFC 9449 section 6.1). */
  readonly cnf?: { readonly jkt: string };
};

/** Each role includes the ones before it: `read`, `edit`, `issue`. */
export type OperatorRole = "read" | "edit" | "issue";

/** `sub` is `operator:<name>`, outside the grammar of service names. */
export type OperatorClaims = CommonClaims<"operator"> & { readonly role: OperatorRole };

/** What `POST /accesstoken` answers; `expiresIn` in seconds. */
export interface AccessTokenAnswer {
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  readonly expiresIn: number;
}
