import type { Rotation } from "@meshpass/protocol";

/** One running verifier, as far as a rotation waits for it. */
export interface KeyHolder {
  readonly service: string;
  readonly instance: string;
  /** The keys that it would accept now. */
  readonly kids: readonly string[];
  /** ms since 1970. */
  readonly lastHeardAt: number;
  /** Whether it was heard of just now. One that was not verifies nothing, or loads the keys when it is back. */
  readonly live: boolean;
}

/** What a rotation has to do next, and how far it is. */
export type RotationStep = { readonly next: "stage" } | Rotation;

/**
 * The next step of a rotation: to stage a key where there is none, to wait while a live receiver does not have it, and then
 * to sign with it. With no live receiver there is nobody to wait for.
 *
 * Does not count receivers that say nothing of themselves: they load the keys as often as ours allow caching, and again
 * for a kid that they do not know.
 */
export function planRotation(staged: string | undefined, receivers: readonly KeyHolder[]): RotationStep {
  if (staged === undefined) return { next: "stage" };
  const live = receivers.filter((receiver) => receiver.live);
  const behind = live
    .filter(({ kids }) => !kids.includes(staged))
    .map(({ service, instance, lastHeardAt }) => ({ service, instance, lastHeardAt }));
  const state = { kid: staged, holding: live.length - behind.length, receivers: live.length, behind };
  return { next: behind.length === 0 ? "promote" : "wait", ...state };
}
