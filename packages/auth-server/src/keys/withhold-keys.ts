import type { Keys } from "@meshpass/verifier";
import type { WithdrawnKeys } from "./withdrawn-keys.ts";

/**
 * `keys` as they are, without those that are withdrawn: neither published nor trusted, whatever the core says and whether
 * or not it can be reached. A token of such a key is one of an unknown key, and causes no load.
 *
 * Withdrawing counts as a change of the keys.
 */
export function withholdKeys(keys: Keys, withdrawn: Pick<WithdrawnKeys, "has" | "onAdd">): Keys {
  return Object.freeze({
    ...keys,
    find: (kid: string) => (withdrawn.has(kid) ? undefined : keys.find(kid)),
    has: (kid: string) => !withdrawn.has(kid) && keys.has(kid),
    jwks: () => {
      const jwks = keys.jwks();
      return jwks === undefined ? undefined : { keys: jwks.keys.filter(({ kid }) => !withdrawn.has(kid)) };
    },
    onChange: (listener: () => void) => {
      const stops = [keys.onChange(listener), withdrawn.onAdd(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
  });
}
