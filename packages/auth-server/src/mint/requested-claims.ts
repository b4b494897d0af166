/** Claims that the core is asked to sign: all of them. */
export type RequestedClaims = Readonly<Record<string, unknown>> & {
  readonly iat: number;
  readonly exp: number;
};

/** The two families of a core's keys: one that stays, and those that follow one another. */
export type SigningKey = "static" | "rotating";
