const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that nobody signed, whose key nobody knows: well-formed up to there, so that the key has to be looked for. */
export function unknownKid(index: number): string {
  const header = { alg: "RS256", kid: `d-${1_000_000_000_000 + index}`, typ: "JWT" };
  return `${encode(header)}.${encode({ sub: "m1" })}.${"A".repeat(342)}`;
}
