import type { Confirmation, Generation } from "../cutoffs.ts";
import { hasFields, isCount, isFlag, isListOf, isMs, isNumber, isText, isTrue, orNull } from "../shape.ts";

/** One running instance of a service that verifies tokens, as it last described itself. */
export interface Receiver extends Omit<Confirmation, "now" | "leaving" | "ahead"> {
  readonly service: string;
  /** In ms since 1970. */
  readonly lastHeardAt: number;
  /** How far its clock is ahead of the auth server's, in ms, the way between them included. */
  readonly clockDifferenceMs: number;
  /** Whether it was heard of within the last 15 s. */
  readonly live: boolean;
}

/** Who verifies tokens with the auth server's feed, and how far that feed goes: what `GET /receivers` answers. */
export interface ReceiverList extends Generation {
  /** The auth server's clock, in ms since 1970. */
  readonly now: number;
  readonly receivers: readonly Receiver[];
}

const isReceiver = hasFields<Receiver>({
  service: isText,
  instance: isText,
  version: isText,
  epoch: isCount,
  head: isCount,
  kids: isListOf(isText),
  keysAgeSeconds: orNull(isNumber),
  lastHeardAt: isMs,
  clockDifferenceMs: isNumber,
  live: isFlag,
});

export const isReceiverList = hasFields<ReceiverList>({
  epoch: isCount,
  number: isCount,
  now: isMs,
  receivers: isListOf(isReceiver),
});

/** What `DELETE /receivers/<service>/<instance>` answers. */
export interface ForgetAnswer {
  readonly forgotten: true;
}

export const isForgetAnswer = hasFields<ForgetAnswer>({ forgotten: isTrue });
