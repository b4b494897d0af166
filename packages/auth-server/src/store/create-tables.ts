import type { Kysely } from "kysely";
import { addCredentialColumns } from "./add-credential-columns.ts";
import { createFeedTables } from "./create-feed-tables.ts";
import { createQuotaTables } from "./create-quota-tables.ts";
import { inTransaction } from "./in-transaction.ts";
import { createOpaqueTokenTable } from "./opaque-token-store.ts";
import type { Tables } from "./tables.ts";

/**
 * Makes the tables and columns that are not there yet, as one change: each by itself would wait for the disk, and the map's
 * worker opens the store too, as a second process may by mistake.
 */
export const createTables = (database: Kysely<Tables>): Promise<void> => inTransaction(database, createIn);

async function createIn(store: Kysely<Tables>): Promise<void> {
  const { schema } = store;
  await schema
    .createTable("credentials")
    .ifNotExists()
    .addColumn("jti", "text", (column) => column.primaryKey())
    .addColumn("service", "text", (column) => column.notNull())
    .addColumn("issued_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("dev", "integer", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
  await addCredentialColumns(store);
  await schema
    .createTable("used_assertions")
    .ifNotExists()
    .addColumn("client", "text", (column) => column.notNull())
    .addColumn("jti_hash", "text", (column) => column.notNull())
    .addColumn("ends_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("used_assertions_once", ["client", "jti_hash"])
    .execute();
  await schema.createIndex("used_assertions_end").ifNotExists().on("used_assertions").column("ends_at").execute();
  await schema
    .createTable("legacy_credentials")
    .ifNotExists()
    .addColumn("hash", "text", (column) => column.primaryKey())
    .addColumn("service", "text", (column) => column.notNull())
    .addColumn("first_used_at", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("legacy_cuts")
    .ifNotExists()
    .addColumn("service", "text", (column) => column.primaryKey())
    .addColumn("cut_at", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("withdrawn_keys")
    .ifNotExists()
    .addColumn("kid", "text", (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("maps")
    .ifNotExists()
    .addColumn("number", "bigint", (column) => column.primaryKey())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("services", "text", (column) => column.notNull())
    .addColumn("in_force_since", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("resolved_map")
    .ifNotExists()
    .addColumn("number", "bigint", (column) => column.primaryKey())
    .addColumn("format", "integer", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("resolved", "blob", (column) => column.notNull())
    .execute();
  await schema
    .createTable("default_lifetime")
    .ifNotExists()
    .addColumn("number", "bigint", (column) => column.primaryKey())
    .addColumn("seconds", "integer", (column) => column.notNull())
    .execute();
  await createFeedTables(store);
  await createOpaqueTokenTable(store);
  await createQuotaTables(store);
}
