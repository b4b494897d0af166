import { createPublicKey, type KeyObject } from "node:crypto";
import { HttpError } from "@meshpass/http-server";
import { type PublicKeyInput, readKeyText } from "@meshpass/protocol";
import { calculateJwkThumbprint } from "jose";
import { fitsKey } from "./algorithms.ts";
import type { ClientJwk } from "./kept-credential.ts";

/** More is slow to check with, and nobody needs it. */
const modulusBits = { least: 2_048, most: 8_192 };
const publicExponents = { least: 65_537n, most: 2n ** 32n };

/**
 * The key of a service as it is kept: RSA of 2,048 to 8,192 bits, P-256 or Ed25519, from PEM (SPKI), a JWK or its text.
 *
 * Does not check who has the private half.
 *
 * @throws HttpError `private_key` if anything private is in it, `unsuitable_key` for whatever else is no such key
 */
export async function readClientKey(input: PublicKeyInput): Promise<ClientJwk> {
  const read = readKeyText(typeof input === "string" ? input : JSON.stringify(input));
  if (read.form === "private") throw new HttpError("private_key");
  if (read.form === "unknown") throw new HttpError("unsuitable_key");
  const { publicKey } = read;
  const { use = "sig", alg } = typeof publicKey === "string" ? {} : publicKey;
  const key = importKey(publicKey);
  if (key === undefined || !isSuitable(key) || use !== "sig") throw new HttpError("unsuitable_key");
  const jwk = key.export({ format: "jwk" }) as Omit<ClientJwk, "kid">;
  const kid = await calculateJwkThumbprint({ ...jwk });
  if (alg === undefined) return { ...jwk, kid };
  if (typeof alg !== "string" || !fitsKey(alg, jwk)) throw new HttpError("unsuitable_key");
  return { ...jwk, kid, alg };
}

function importKey(publicKey: PublicKeyInput): KeyObject | undefined {
  try {
    if (typeof publicKey === "string") return createPublicKey(publicKey);
    return createPublicKey({ key: publicKey, format: "jwk" });
  } catch {
    return undefined;
  }
}

function isSuitable({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = asymmetricKeyDetails;
  if (asymmetricKeyType === "ed25519") return true;
  if (asymmetricKeyType === "ec") return namedCurve === "prime256v1";
  if (asymmetricKeyType !== "rsa") return false;
  const isOfGoodSize = modulusLength >= modulusBits.least && modulusLength <= modulusBits.most;
  return isOfGoodSize && publicExponent >= publicExponents.least && publicExponent < publicExponents.most;
}
