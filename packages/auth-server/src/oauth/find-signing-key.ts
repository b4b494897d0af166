import { compactVerify, errors } from "jose";
import { fitsKey } from "../credentials/algorithms.ts";
import type { CredentialRegistry } from "../credentials/credential-registry.ts";
import type { ClientJwk, KeptCredential } from "../credentials/kept-credential.ts";
import type { Known } from "../grant/proven-caller.ts";
import { decoyFor } from "./decoy-keys.ts";
import type { Assertion } from "./read-assertion.ts";
import { refuseClient } from "./refuse-client.ts";

export interface SigningKeyDependencies {
  readonly registry: Pick<CredentialRegistry, "credentialsOf" | "refusalOfKept">;
  /** Whether a key signed a text in an algorithm. Default: by jose. */
  readonly isSignedBy?: (key: ClientJwk, alg: string, text: string) => Promise<boolean>;
}

/**
 * The good key of `client` that signed `assertion`: the one that its header names, else whichever of them fits. Four
 * signatures at most are checked, each in the one algorithm that the header names and the key may be used for, and always
 * one: an unknown client takes as long as one with a single key. Of several the time still tells where no kid is sent.
 */
export async function findSigningKey(
  { registry, isSignedBy = isSignedByJose }: SigningKeyDependencies,
  client: string,
  assertion: Assertion,
): Promise<Known<KeptCredential>> {
  const { text, alg } = assertion;
  const found = findGoodKeys(registry, client, assertion);
  if ("refused" in found) {
    await isSignedBy(decoyFor(alg), alg, text);
    return found;
  }
  for (const credential of found.value)
    if (await isSignedBy(credential.publicKey, alg, text)) return { value: credential };
  return refuseClient("bad_signature");
}

/** At least one, or why there is none. */
function findGoodKeys(
  registry: SigningKeyDependencies["registry"],
  client: string,
  { alg, kid }: Assertion,
): Known<readonly ClientKey[]> {
  const all = registry.credentialsOf(client);
  if (all.length === 0) return refuseClient("unknown_client");
  const named = all.filter(isKey).filter(({ publicKey }) => kid === undefined || publicKey.kid === kid);
  const fitting = named.filter(({ publicKey }) => fitsKey(alg, publicKey));
  if (fitting.length === 0)
    return refuseClient(named.length === 0 && kid !== undefined ? "unknown_kid" : "no_fitting_key");
  const good = fitting.filter((credential) => registry.refusalOfKept(credential) === undefined);
  return good.length > 0 ? { value: good } : refuseClient("no_good_key");
}

type ClientKey = KeptCredential & { readonly publicKey: ClientJwk };

const isKey = (credential: KeptCredential): credential is ClientKey => credential.publicKey !== undefined;

/** jose remembers what it made of a key for as long as the object lives. What it throws for another reason is our bug. */
async function isSignedByJose(key: ClientJwk, alg: string, text: string): Promise<boolean> {
  try {
    await compactVerify(text, key, { algorithms: [alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
