import { sign } from "node:crypto";
import { promisify } from "node:util";
import type { SigningKey } from "./signing-key.ts";

/** The callback form signs on the thread pool: a signature takes most of a millisecond, and other requests go on. */
const signAsync = promisify<string, Buffer, SigningKey["privateKey"], Buffer>(sign);

const encode = (text: string): string => Buffer.from(text, "utf8").toString("base64url");

/** A JWT (RFC 7519) in compact form, signed with RS256. `payload` is the JSON text of its claims and is taken as it is. */
export async function signJwt(key: SigningKey, payload: string): Promise<string> {
  const header = JSON.stringify({ kid: key.kid, typ: "JWT", alg: "RS256" });
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = await signAsync("sha256", Buffer.from(signed), key.privateKey);
  return `${signed}.${signature.toString("base64url")}`;
}
