import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from "jose";

/** How a contestant's tokens are told to be right. */
export interface TokenRules {
  readonly jwksUrl: string;
  readonly issuer: string;
  /** The field of the answer that holds the token. */
  readonly field: string;
  /** Whether every answer must hold another token. */
  readonly allDifferent: boolean;
}

/** A check of answers that hold a token, by a library that is not ours; the keys are read at every check, since they change. */
export const checkTokens =
  ({ jwksUrl, issuer, field, allDifferent }: TokenRules) =>
  async (bodies: readonly string[]): Promise<void> => {
    const keys = createLocalJWKSet((await (await fetch(jwksUrl)).json()) as JSONWebKeySet);
    const tokens = bodies.map((body) => String(JSON.parse(body)[field]));
    for (const token of tokens)
      await jwtVerify(token, keys, { issuer, algorithms: ["RS256"], requiredClaims: ["aud", "exp"] });
    const ids = new Set(tokens.map((token) => decodeJwt(token).jti));
    if (allDifferent && ids.size < tokens.length) throw new Error("a token was handed out twice");
  };
