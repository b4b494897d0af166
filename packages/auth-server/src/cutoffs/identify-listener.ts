import { maxTokenBytes } from "@meshpass/protocol";
import { type Keys, readBearer, VerifierError } from "@meshpass/verifier";
import { authenticateBearer, type BearerDependencies } from "../credentials/authenticate-bearer.ts";
import { peekClaims } from "../peek-claims.ts";

export interface ListenerDependencies extends BearerDependencies {
  /** The keys that `verifier` checks with. */
  readonly keys: Keys;
}

/**
 * The service whose credential a request for the feed carries; undefined for everybody else, whatever was sent: a receiver
 * whose credential has ended must still hear of cuts.
 *
 * Only a text that names a credential which is good now has its signature checked, so that a flood of made-up ones costs
 * no more than reading them. While there are no keys to check with, knowing the random id of one will do: after a restart
 * beside a core that is down all receivers come back at once, and what they get is no secret.
 */
export async function identifyListener(
  dependencies: ListenerDependencies,
  rawHeaders: readonly string[],
): Promise<string | undefined> {
  const token = readToken(rawHeaders);
  const named = token && dependencies.registry.recognize(token, peekClaims(token).jti);
  if (named === undefined || !dependencies.keys.ready()) return named;
  const authenticated = await authenticateBearer(dependencies, rawHeaders);
  return "value" in authenticated ? authenticated.value.name : undefined;
}

function readToken(rawHeaders: readonly string[]): string | undefined {
  try {
    const token = readBearer(rawHeaders);
    return token.length <= maxTokenBytes ? token : undefined;
  } catch (error) {
    if (error instanceof VerifierError) return undefined;
    throw error;
  }
}
