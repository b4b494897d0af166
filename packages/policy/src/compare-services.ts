import type { CompiledMap } from "./compiled-map.ts";
import { textAt } from "./packed-texts.ts";
import { grants, mayUseGrant, type ServiceSettings } from "./service-settings.ts";
import { settingsAt, settingsOf } from "./settings-of.ts";

/** What services lose, by the number that each has in the earlier map. */
interface LostServices {
  /** It is disabled, or has lost a grant: what token came of which grant is not told apart. */
  isLostAsCaller(service: number): boolean;
  /** It is disabled, or its tokens name another audience. */
  isLostAsTarget(service: number): boolean;
}

/**
 * Compares what two maps say about the services that both name; `numbers` tells the number in `after` of each of `before`,
 * or -1. A service that had been disabled before is lost too: nobody has a token of it.
 */
export function compareServices(before: CompiledMap, after: CompiledMap, numbers: Int32Array): LostServices {
  const asCaller = new Uint8Array(numbers.length);
  const asTarget = new Uint8Array(numbers.length);
  for (const [old, now] of numbers.entries()) {
    if (now === -1) continue;
    const [was, is] = [settingsAt(before, old), settingsAt(after, now)];
    asCaller[old] = Number(!is.enabled || hasLostGrant(was, is));
    asTarget[old] = Number(!is.enabled || was.audience !== is.audience);
  }
  return {
    isLostAsCaller: (service) => asCaller[service] === 1,
    isLostAsTarget: (service) => asTarget[service] === 1,
  };
}

/**
 * The services of `after` with an audience of their own that they did not have in `before`. Whoever had it earlier may have
 * tokens that name it, which no cut of another name would end.
 */
export const gainedAudiences = (before: CompiledMap, after: CompiledMap): readonly string[] =>
  [...after.services.owners]
    .map((owner) => textAt(after.names, owner))
    .filter((name) => settingsOf(before, name).audience !== settingsOf(after, name).audience);

const hasLostGrant = (before: ServiceSettings, after: ServiceSettings): boolean =>
  grants.some((grant) => mayUseGrant(before, grant) && !mayUseGrant(after, grant));
