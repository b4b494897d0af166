import { paths } from "@meshpass/protocol";
import { hasFields, isFlag, isListOf, isNumber, isText, orNull, readAnswer } from "../answer-shape.ts";
import type { OperatorClient } from "../operator-client.ts";

/** One running instance of a service that verifies tokens, as it last described itself. Times in ms since 1970. */
export interface Receiver {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  /** How far it has read the feed; 0 and 0 for not at all. */
  readonly epoch: number;
  readonly head: number;
  /** When it was last heard of, how long ago it had loaded its keys; null for a receiver without any. */
  readonly keysAgeSeconds: number | null;
  readonly lastHeardAt: number;
  /** How far its clock was ahead of the auth server's. */
  readonly clockDifferenceMs: number;
  /** Whether it was heard of lately. */
  readonly live: boolean;
}

/** Who verifies tokens with the auth server's feed, and how far that feed goes. */
export interface ReceiverList {
  readonly epoch: number;
  readonly number: number;
  /** The auth server's clock, in ms since 1970. */
  readonly now: number;
  readonly receivers: readonly Receiver[];
}

const isReceiver = hasFields({
  service: isText,
  instance: isText,
  version: isText,
  epoch: isNumber,
  head: isNumber,
  keysAgeSeconds: orNull(isNumber),
  lastHeardAt: isNumber,
  clockDifferenceMs: isNumber,
  live: isFlag,
});
const isReceiverList = hasFields({ epoch: isNumber, number: isNumber, now: isNumber, receivers: isListOf(isReceiver) });

/**
 * Every receiver that the auth server has heard of within the longest life of a token.
 *
 * @throws OperatorError
 */
export const listReceivers = async (client: OperatorClient): Promise<ReceiverList> =>
  readAnswer(await client.call("GET", paths.receivers), isReceiverList);

const shownOfInstance = 8;

/** A receiver for people: its service and the beginning of its instance. */
export const nameReceiver = ({ service, instance }: Receiver): string => `${service} ${shortenInstance(instance)}`;

export const shortenInstance = (instance: string): string => instance.slice(0, shownOfInstance);
