import { HttpError, type Log } from "@meshpass/http-server";
import { type CompiledMap, type Quota, settingsOf } from "@meshpass/policy";
import { withDeadline } from "../mint/deadline.ts";
import type { QuotaStore } from "../store/quota-store.ts";
import type { HeaderFields } from "./limit-headers.ts";
import { type Counts, createQuotaCounts } from "./quota-counts.ts";
import { quotaExceededHeaders, quotaHeaders } from "./quota-headers.ts";
import { percentReached, quotaFor, standingsOf } from "./quota-windows.ts";
import { type Clocks, createSteadyClock } from "./steady-clock.ts";

/** One token that was counted before it was minted; `giveBack` where none left after all, once or more often. */
export interface Place {
  readonly giveBack: () => void;
}

/** The quota is used up: what the 429 says of it. */
interface Exceeded {
  readonly exceeded: HeaderFields;
}

/** How many tokens the clients of a map may be given. A client is counted while the map gives it a quota. */
export interface Quotas {
  /**
   * Counts one more token of `client`, which is about to be minted. Where the quota of `map` is enforced, the count is in the
   * store when this resolves.
   *
   * @throws HttpError `store_unavailable` if it could not be stored in time; then nothing was counted
   */
  take(map: CompiledMap, client: string): Promise<Place | Exceeded>;
  /** How `client` stands with the quota of `map`, for an answer; nothing where it has none. */
  headersOf(map: CompiledMap, client: string): HeaderFields;
  /** Stores what has not been stored yet. */
  save(): Promise<void>;
  /** Drops the windows that are over. */
  forget(): Promise<void>;
}

export interface QuotasOptions extends Clocks {
  readonly store: QuotaStore;
  readonly log: Log;
  /** How long a token waits for the store, in ms. Default 1,500: somewhat more than the store's own patience. */
  readonly withinMs?: number;
}

const nothingCounted: Place = { giveBack: () => undefined };

/** Reads the store once, and goes on where it stands: neither a restart nor a clock that was set back opens a window anew. */
export async function openQuotas({ store, log, withinMs = 1_500, ...clocks }: QuotasOptions): Promise<Quotas> {
  const stored = await store.quotaCounts();
  const latest = stored.reduce((last, { startsAt }) => Math.max(last, startsAt), 0);
  const now = createSteadyClock(clocks, latest);
  const counts = createQuotaCounts({ store, stored, now });
  const storeCount = async (giveBack: () => void): Promise<void> => {
    try {
      await withDeadline(counts.save(), withinMs);
    } catch (cause) {
      giveBack();
      throw new HttpError("store_unavailable", { cause });
    }
  };
  return {
    take: async (map, client) => {
      const { quota } = settingsOf(map, client);
      if (quota === undefined) return nothingCounted;
      // No wait between the look and the count: that is what keeps requests that come at once within the quota.
      const its = counts.of(client);
      const exceeded = quota.enforce ? quotaExceededHeaders(standingsOf(its, quota), now()) : undefined;
      if (exceeded !== undefined) return { exceeded };
      const giveBack = counts.add(client, its);
      logUse(log, client, its, quota);
      if (quota.enforce) await storeCount(giveBack);
      return { giveBack };
    },
    headersOf: (map, client) => {
      const { quota } = settingsOf(map, client);
      return quota === undefined ? {} : quotaHeaders(standingsOf(counts.of(client), quota), now());
    },
    save: counts.save,
    forget: counts.forget,
  };
}

/** A line for each bucket of which the token that was counted last has used up so much that it is worth one. */
function logUse(log: Log, client: string, counts: Counts, quota: Quota): void {
  for (const count of counts) {
    const { bucket, tokens, warnedOf } = count;
    const limit = quotaFor(bucket, quota);
    if (limit === undefined) continue;
    const percent = percentReached(tokens, limit);
    // After a restart nobody knows what was logged before; what had been reached then was.
    if (percent <= Math.max(warnedOf, percentReached(tokens - 1, limit))) continue;
    count.warnedOf = percent;
    log.warn(
      { client, bucket, quota: limit, used: tokens, percent, enforced: quota.enforce },
      "A client uses up its quota",
    );
  }
}
