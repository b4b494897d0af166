import { timingSafeEqual } from "node:crypto";
import type { CredentialRegistry } from "../credentials/credential-registry.ts";
import { hashSecret } from "../credentials/hash-secret.ts";
import type { KeptCredential } from "../credentials/kept-credential.ts";
import type { Known } from "../grant/proven-caller.ts";
import { type ClientRefusal, refuseClient } from "./refuse-client.ts";

export interface SecretDependencies {
  readonly registry: Pick<CredentialRegistry, "credentialsOf" | "refusalOfKept">;
  /** Takes the same time wherever two texts of one length differ. Default `timingSafeEqual`. */
  readonly isEqual?: (one: Uint8Array, other: Uint8Array) => boolean;
}

/** Stands where there is no secret: nobody knows what hashes to it, and it proves nothing. */
const noHash = "0".repeat(64);

/**
 * The good secret of the client `clientId` that `secret` is. One hash and two comparisons, whoever asks for whom: neither
 * what is answered nor how long it takes tells whether there is such a client, and what it has.
 */
export function proveBySecret(
  { registry, isEqual = timingSafeEqual }: SecretDependencies,
  { clientId, secret }: { readonly clientId: string; readonly secret: string },
): Known<KeptCredential> {
  const hash = hashSecret(secret);
  const shown = hash.toString("hex");
  const all = registry.credentialsOf(clientId);
  const secrets = all.filter(({ secretHash }) => secretHash !== undefined);
  // The registry lets no service have more than two good ones.
  const [first, second] = secrets.filter((credential) => registry.refusalOfKept(credential) === undefined);
  const isFirst = isEqual(hash, hashOf(first));
  const isSecond = isEqual(hash, hashOf(second));
  const proven = (isFirst ? first : undefined) ?? (isSecond ? second : undefined);
  if (proven !== undefined) return { value: proven };
  const ended = secrets.find(({ secretHash }) => secretHash === shown);
  if (ended === undefined) return refuseClient(reasonFor(all, secrets));
  const { service: name, jti: credential } = ended;
  return refuseClient(registry.refusalOfKept(ended) ?? "wrong_secret", { name, credential });
}

const hashOf = (credential: KeptCredential | undefined): Buffer => Buffer.from(credential?.secretHash ?? noHash, "hex");

function reasonFor(all: readonly KeptCredential[], secrets: readonly KeptCredential[]): ClientRefusal {
  if (all.length === 0) return "unknown_client";
  return secrets.length === 0 ? "no_secret" : "wrong_secret";
}
