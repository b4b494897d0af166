import type { Kysely } from "kysely";
import { startFeed } from "./append-cuts.ts";
import { inTransaction } from "./in-transaction.ts";
import type { Tables } from "./tables.ts";

/** Makes the tables of the feed that are not there yet. */
export async function createFeedTables({ schema }: Kysely<Tables>): Promise<void> {
  await schema
    .createTable("feed")
    .ifNotExists()
    .addColumn("epoch", "bigint", (column) => column.primaryKey())
    .addColumn("head", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("cuts")
    .ifNotExists()
    .addColumn("epoch", "bigint", (column) => column.notNull())
    .addColumn("number", "bigint", (column) => column.notNull())
    .addColumn("ends", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("leaves_at", "bigint")
    .addColumn("map", "bigint")
    .addColumn("caller", "text")
    .addPrimaryKeyConstraint("cuts_place", ["epoch", "number"])
    .execute();
  await schema
    .createTable("blocks")
    .ifNotExists()
    .addColumn("caller", "text", (column) => column.notNull())
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("blocks_pair", ["caller", "target"])
    .execute();
  await schema
    .createTable("receivers")
    .ifNotExists()
    .addColumn("service", "text", (column) => column.notNull())
    .addColumn("instance", "text", (column) => column.notNull())
    .addColumn("version", "text", (column) => column.notNull())
    .addColumn("epoch", "bigint", (column) => column.notNull())
    .addColumn("head", "bigint", (column) => column.notNull())
    .addColumn("last_heard_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("receivers_instance", ["service", "instance"])
    .execute();
}

/** Starts the feed of a store that has none, at `at` in seconds since 1970, which becomes its epoch. */
export const startFirstFeed = (database: Kysely<Tables>, at: number): Promise<void> =>
  inTransaction(database, async (store) => {
    const feed = await store.selectFrom("feed").select("epoch").executeTakeFirst();
    if (feed === undefined) await startFeed(store, at, at);
  });
