import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import type { Address } from "./target-address.ts";

/** A request that is to be proved. */
interface ProvenRequest {
  readonly method: string;
  readonly address: Address;
  /** The access token that it shows, if it shows one. */
  readonly token?: string;
}

/** A key that never leaves this process, and the proofs that it is here (RFC 9449). */
export interface DpopKey {
  /** A new proof for one sending of `request`: no proof is ever sent twice. */
  readonly prove: (request: ProvenRequest) => string;
  /** Keeps the nonce that an answer from `origin` asked for, so that the next proofs for it carry it (sections 8 and 9). */
  readonly noteNonce: (origin: string, nonce: unknown) => boolean;
}

/** A new key, P-256. `clock` gives milliseconds since 1970. */
export function createDpopKey(clock: () => number): DpopKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const header = encode({ typ: "dpop+jwt", alg: "ES256", jwk: publicKey.export({ format: "jwk" }) });
  const nonces = new Map<string, string>();
  return {
    prove: ({ method, address: { origin, path }, token }) => {
      const nonce = nonces.get(origin);
      const [pathname] = path.split("?", 1);
      const claims = {
        jti: randomUUID(),
        htm: method,
        htu: origin + pathname,
        iat: Math.floor(clock() / 1_000),
        ...(token === undefined ? {} : { ath: createHash("sha256").update(token).digest("base64url") }),
        ...(nonce === undefined ? {} : { nonce }),
      };
      const input = `${header}.${encode(claims)}`;
      const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${input}.${signature.toString("base64url")}`;
    },
    noteNonce: (origin, nonce) => {
      const isNew = typeof nonce === "string" && grammar.test(nonce) && nonces.get(origin) !== nonce;
      if (isNew) nonces.set(origin, nonce);
      return isNew;
    },
  };
}

/** RFC 9449 section 8.1, and no longer than is worth carrying. */
const grammar = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/;

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
