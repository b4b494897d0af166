import { endings } from "@meshpass/protocol";
import { isOfKey } from "@meshpass/verifier/feed";
import type { KeptCut } from "./live-cuts.ts";

/** One caller has at most so many live cuts of its own, and the feed so many in all, besides those of keys; and up to 50 more. */
export const mostCuts = { ofCaller: 1_000, inAll: 10_000 } as const;

/** The last numbers of the feed are kept though nothing needs them: a receiver may have stopped there. */
export const recentNumbers = 10_000;

/**
 * What has to be cut besides, so that `live` cuts become few enough again: all tokens of each caller that has too many
 * cuts, or everything. Nothing if they are few enough.
 */
export function widenCuts(live: readonly KeptCut[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { caller } of live) if (caller !== undefined) counts.set(caller, (counts.get(caller) ?? 0) + 1);
  const crowded = [...counts].filter(([, count]) => count > mostCuts.ofCaller);
  const left = crowded.reduce((sum, [, count]) => sum - count + 1, live.filter(({ ends }) => !isOfKey(ends)).length);
  return left > mostCuts.inAll ? [endings.everything] : crowded.map(([caller]) => endings.caller(caller));
}
