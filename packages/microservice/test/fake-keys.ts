import { generateKeyPairSync, sign } from "node:crypto";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });

export const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

const published = (kid: string) => ({ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" });

/** A core's rotating key and its static one, which are the same key here. */
export const jwks = { keys: [published("d-test"), published("s-test")] };

/** A token of `kid` that is good now, with `changes` to its claims. */
export function signAs(kid: "d-test" | "s-test", changes: Record<string, unknown>): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { iss: "auth-server", iat, exp: iat + 300, jti: "j" };
  const text = `${encode({ alg: "RS256", kid, typ: "JWT" })}.${encode({ ...claims, ...changes })}`;
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
}
