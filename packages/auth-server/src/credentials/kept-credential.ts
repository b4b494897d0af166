import type { IssuedCredential } from "@meshpass/protocol";

/** The public key of a service: its public members, and what it may be used for. */
export interface ClientJwk {
  readonly kty: "RSA" | "EC" | "OKP";
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly crv?: string;
  readonly n?: string;
  readonly e?: string;
  readonly x?: string;
  readonly y?: string;
  /** The one algorithm that whoever registered it allows; all that fit the key where it is missing. */
  readonly alg?: string;
}

/** A credential as it is kept: what is listed of it, and what a proof is held against, with which nobody can prove anything. */
export interface KeptCredential extends Omit<IssuedCredential, "kid" | "keyWithdrawnAt"> {
  /** Of a secret its SHA-256, in hex. */
  readonly secretHash?: string;
  readonly publicKey?: ClientJwk;
}
