import type { QuotaCount, QuotaStore } from "../store/quota-store.ts";
import { bucketNames, currentWindow, type WindowCount, windowSeconds, windowStart } from "./quota-windows.ts";
import { writeTogether } from "./write-together.ts";

/** Of one client: one for each bucket, in their order. */
export type Counts = readonly WindowCount[];

/** How many tokens each client was given in the windows of now; in memory, and in the store once they are saved. */
export interface QuotaCounts {
  of(client: string): Counts;
  /** Counts one more, in `counts` as `of` gave them just now. What it returns takes it back, however often it is called. */
  add(client: string, counts: Counts): () => void;
  /** Stores what has changed; with everybody else who asks for that meanwhile, in one change. */
  save(): Promise<void>;
  /** Drops the windows that are over. */
  forget(): Promise<void>;
}

export interface QuotaCountsOptions {
  readonly store: QuotaStore;
  readonly stored: readonly QuotaCount[];
  /** Seconds since 1970, never set back. */
  readonly now: () => number;
}

export function createQuotaCounts({ store, stored, now }: QuotaCountsOptions): QuotaCounts {
  const clients = readClients(stored);
  const unsaved = new Set<string>();
  const change = (client: string, counts: Counts, by: 1 | -1): void => {
    for (const count of counts) count.tokens += by;
    unsaved.add(client);
  };
  const saveTogether = writeTogether(async () => {
    const some = [...unsaved];
    unsaved.clear();
    try {
      await store.putQuotaCounts(some.flatMap((client) => rowsOf(client, clients.get(client) ?? [])));
    } catch (error) {
      for (const client of some) unsaved.add(client);
      throw error;
    }
  });
  return {
    of: (client) => {
      const [kept, at] = [clients.get(client), now()];
      return bucketNames.map((bucket, index) => currentWindow(bucket, kept?.[index], at));
    },
    add: (client, counts) => {
      clients.set(client, counts);
      change(client, counts, 1);
      let isCounted = true;
      return () => {
        if (isCounted) change(client, counts, -1);
        isCounted = false;
      };
    },
    save: async () => {
      if (unsaved.size > 0) await saveTogether();
    },
    forget: async () => {
      const at = now();
      for (const [client, counts] of clients) if (counts.every((count) => isOver(count, at))) clients.delete(client);
      for (const bucket of bucketNames) await store.forgetQuotaCounts(bucket, windowStart(bucket, at));
    },
  };
}

const noCounts: Counts = bucketNames.map((bucket) => ({ bucket, startsAt: 0, tokens: 0, warnedOf: 0 }));

function readClients(stored: readonly QuotaCount[]): Map<string, Counts> {
  const clients = new Map<string, Counts>();
  for (const { client, bucket, startsAt, tokens } of stored) {
    const others = clients.get(client) ?? noCounts;
    const counts = others.map((count) => (count.bucket === bucket ? { ...count, startsAt, tokens } : count));
    clients.set(client, counts);
  }
  return clients;
}

const rowsOf = (client: string, counts: Counts): readonly QuotaCount[] =>
  counts.map(({ bucket, startsAt, tokens }) => ({ client, bucket, startsAt, tokens }));

const isOver = ({ bucket, startsAt }: WindowCount, now: number): boolean => startsAt + windowSeconds[bucket] <= now;
