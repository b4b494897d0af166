import { paths } from "@meshpass/protocol";
import { hasFields, isListOf, isNumber, isText, optional, readAnswer } from "../answer-shape.ts";
import type { OperatorClient } from "../operator-client.ts";

/** One signing key of the core, as the auth server sees it. */
export interface Key {
  readonly kid: string;
  /** `static` or `rotating`. */
  readonly family: string;
  /** `signing`, `staged`, `published` or `withdrawn`. */
  readonly state: string;
  /** Seconds since 1970. */
  readonly withdrawnAt?: number;
}

/** How far the staged key is: how many of the live receivers have it, and who does not. */
export interface Rotation {
  readonly kid: string;
  /** `promote` once nobody has to be waited for, else `wait`. */
  readonly next: string;
  readonly holding: number;
  readonly receivers: number;
  /** `lastHeardAt` in ms since 1970. */
  readonly behind: readonly { readonly service: string; readonly instance: string; readonly lastHeardAt: number }[];
}

export interface KeyList {
  /** `embedded`, `other` where a core's keys cannot be changed, or `unreachable`. */
  readonly core: string;
  readonly keys: readonly Key[];
  readonly rotation?: Rotation;
}

const isRotation = hasFields({
  kid: isText,
  next: isText,
  holding: isNumber,
  receivers: isNumber,
  behind: isListOf(hasFields({ service: isText, instance: isText, lastHeardAt: isNumber })),
});
const isKey = hasFields({ kid: isText, family: isText, state: isText, withdrawnAt: optional(isNumber) });
const isKeyList = hasFields({ core: isText, keys: isListOf(isKey), rotation: optional(isRotation) });

/**
 * The keys that are published, and those that were withdrawn.
 *
 * @throws OperatorError
 */
export const readKeyList = async (client: OperatorClient): Promise<KeyList> =>
  readAnswer(await client.call("GET", paths.keys), isKeyList);
