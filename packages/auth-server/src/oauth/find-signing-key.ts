import { compactVerify, errors } from "jose";
import { fitsKey } from "../credentials/algorithms.ts";
import type { CredentialRegistry } from "../credentials/credential-registry.ts";
import type { ClientJwk, KeptCredential } from "../credentials/kept-credential.ts";
import type { Known } from "../proven-caller.ts";
import type { Assertion } from "./read-assertion.ts";
import { refuseClient } from "./refuse-client.ts";

/**
 * The good key of `client` that signed `assertion`: the one that its header names, else whichever of them fits. At most four
 * signatures are checked, each in the one algorithm that the header names and the key may be used for.
 */
export async function findSigningKey(
  registry: Pick<CredentialRegistry, "credentialsOf" | "refusalOfKept">,
  client: string,
  { text, alg, kid }: Assertion,
): Promise<Known<KeptCredential>> {
  const all = registry.credentialsOf(client);
  if (all.length === 0) return refuseClient("unknown_client");
  const named = all.filter(isKey).filter(({ publicKey }) => kid === undefined || publicKey.kid === kid);
  const fitting = named.filter(({ publicKey }) => fitsKey(alg, publicKey));
  if (fitting.length === 0)
    return refuseClient(named.length === 0 && kid !== undefined ? "unknown_kid" : "no_fitting_key");
  const good = fitting.filter((credential) => registry.refusalOfKept(credential) === undefined);
  for (const credential of good) if (await isSignedBy(credential.publicKey, alg, text)) return { value: credential };
  return refuseClient(good.length > 0 ? "bad_signature" : "no_good_key");
}

type ClientKey = KeptCredential & { readonly publicKey: ClientJwk };

const isKey = (credential: KeptCredential): credential is ClientKey => credential.publicKey !== undefined;

/** jose remembers what it made of a key for as long as the object lives. What it throws for another reason is our bug. */
async function isSignedBy(key: ClientJwk, alg: string, text: string): Promise<boolean> {
  try {
    await compactVerify(text, key, { algorithms: [alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
