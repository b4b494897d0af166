import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** How long tokens of map `number` lived whose edge names no lifetime, in seconds; not known, it may have been for ever. */
export async function selectDefaultLifetime(store: Kysely<Tables>, number: number): Promise<number> {
  const row = await store.selectFrom("default_lifetime").selectAll().executeTakeFirst();
  return row?.number === number ? row.seconds : Number.POSITIVE_INFINITY;
}

/** Keeps the one that holds from now on, with map `number`, and no other. */
export async function replaceDefaultLifetime(store: Kysely<Tables>, number: number, seconds: number): Promise<void> {
  await store.deleteFrom("default_lifetime").execute();
  await store.insertInto("default_lifetime").values({ number, seconds }).execute();
}
