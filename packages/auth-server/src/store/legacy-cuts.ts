import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** The services whose legacy credentials are refused for good. */
export async function selectLegacyCuts(database: Kysely<Tables>): Promise<readonly string[]> {
  const rows = await database.selectFrom("legacy_cuts").select("service").orderBy("service").execute();
  return rows.map(({ service }) => service);
}

/** Adds `service` to them, at `at` in seconds since 1970; one that is there keeps its time. */
export async function insertLegacyCut(database: Kysely<Tables>, service: string, at: number): Promise<void> {
  await database
    .insertInto("legacy_cuts")
    .values({ service, cut_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
