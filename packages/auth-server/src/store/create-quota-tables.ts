import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

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
