import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** How many tokens a client was given in its last window of each kind. */
export interface QuotaCountRow {
  readonly client: string;
  readonly bucket: string;
  /** Seconds since 1970. */
  readonly starts_at: number;
  readonly tokens: number;
}

/** Makes the table of the counts of quotas, if it is not there yet. */
export async function createQuotaTables({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("quota_counts")
    .ifNotExists()
    .addColumn("client", "text", (column) => column.notNull())
    .addColumn("bucket", "text", (column) => column.notNull())
    .addColumn("starts_at", "bigint", (column) => column.notNull())
    .addColumn("tokens", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("quota_counts_bucket", ["client", "bucket"])
    .execute();
}
