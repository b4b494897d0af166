import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * Adds what a store of the version that knew JWTs alone does not have; what is in that store are JWTs. To be called in a
 * transaction.
 */
export async function addCredentialColumns(store: Kysely<Tables>): Promise<void> {
  if (await hasColumns(store)) return;
  const table = () => store.schema.alterTable("credentials");
  await table()
    .addColumn("type", "text", (column) => column.notNull().defaultTo("jwt"))
    .execute();
  await table().addColumn("secret_hash", "text").execute();
  await table().addColumn("public_key", "text").execute();
}

async function hasColumns(store: Kysely<Tables>): Promise<boolean> {
  const tables = await store.introspection.getTables();
  const credentials = tables.find(({ name }) => name === "credentials");
  return credentials?.columns.some(({ name }) => name === "public_key") ?? false;
}
