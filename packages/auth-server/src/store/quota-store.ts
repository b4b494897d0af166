import type { Kysely } from "kysely";
import { type BucketName, bucketNames } from "../limits/quota-windows.ts";
import { inChunks } from "./in-chunks.ts";
import { inTransaction } from "./in-transaction.ts";
import { retryWhileBusy } from "./retry-while-busy.ts";
import type { Tables } from "./tables.ts";

/** How many tokens `client` was given in the window of `bucket` that began at `startsAt` (seconds since 1970). */
export interface QuotaCount {
  readonly client: string;
  readonly bucket: BucketName;
  readonly startsAt: number;
  readonly tokens: number;
}

/** What the auth server must not forget about quotas. */
export interface QuotaStore {
  quotaCounts(): Promise<readonly QuotaCount[]>;
  /** Puts each in the place of the last one of its client and bucket. All are durable when this resolves, or none. */
  putQuotaCounts(counts: readonly QuotaCount[]): Promise<void>;
  /** Drops the counts of `bucket` whose windows began before `startsAt`. */
  forgetQuotaCounts(bucket: BucketName, startsAt: number): Promise<void>;
}

/** The part of the store in `database` that is about quotas. */
export const createQuotaStore = (database: Kysely<Tables>): QuotaStore => ({
  quotaCounts: () => selectCounts(database),
  putQuotaCounts: (counts) => retryWhileBusy(() => inTransaction(database, (store) => upsertCounts(store, counts))),
  forgetQuotaCounts: (bucket, startsAt) =>
    retryWhileBusy(async () => {
      await database
        .deleteFrom("quota_counts")
        .where("bucket", "=", bucket)
        .where("starts_at", "<", startsAt)
        .execute();
    }),
});

async function selectCounts(database: Kysely<Tables>): Promise<readonly QuotaCount[]> {
  const rows = await database.selectFrom("quota_counts").selectAll().execute();
  return rows.flatMap(({ client, bucket: name, starts_at: startsAt, tokens }) => {
    const bucket = bucketNames.find((known) => known === name);
    return bucket === undefined ? [] : [{ client, bucket, startsAt, tokens }];
  });
}

async function upsertCounts(store: Kysely<Tables>, counts: readonly QuotaCount[]): Promise<void> {
  const rows = counts.map(({ startsAt, ...count }) => ({ ...count, starts_at: startsAt }));
  for (const some of inChunks(rows)) {
    await store
      .insertInto("quota_counts")
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(["client", "bucket"]).doUpdateSet(({ ref }) => ({
          starts_at: ref("excluded.starts_at"),
          tokens: ref("excluded.tokens"),
        })),
      )
      .execute();
  }
}
