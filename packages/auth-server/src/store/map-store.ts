import type { Kysely } from "kysely";
import { createTables } from "./create-tables.ts";
import { insertLegacyCut, selectLegacyCuts } from "./legacy-cuts.ts";
import { openSqlite } from "./open-sqlite.ts";
import type { Tables } from "./tables.ts";

/** What follows from a map that comes into force. */
export interface MapChange {
  /** The map's number: the last one's if nothing changed, else the next. */
  readonly number: number;
  /** Every service whose legacy credentials are dead for good, with those that the last map named and this one does not. */
  readonly legacyCuts: readonly string[];
}

/**
 * Stores, as one change, that the map with `digest` (of its text) and `services` is in force since `at` (seconds since
 * 1970), with the cuts that follow from it. Storing the map that is in force changes nothing.
 */
export async function putMapInForce(
  path: string,
  map: { readonly digest: string; readonly services: readonly string[]; readonly at: number },
): Promise<MapChange> {
  const database = openSqlite(path, { waitMs: 500 });
  try {
    await createTables(database);
    return await database.transaction().execute((transaction) => replaceMap(transaction, map));
  } finally {
    await database.destroy();
  }
}

/** So many maps are remembered besides the newest: only the newest is ever compared with. */
const keptMaps = 1_000;

async function replaceMap(
  database: Kysely<Tables>,
  { digest, services, at }: { digest: string; services: readonly string[]; at: number },
): Promise<MapChange> {
  // First of all, since a transaction that begins with a write waits for its turn; one that has read fails at once.
  await forgetOldMaps(database);
  const last = await database.selectFrom("maps").selectAll().orderBy("number", "desc").limit(1).executeTakeFirst();
  if (last?.digest === digest) return { number: last.number, legacyCuts: await selectLegacyCuts(database) };
  const kept = new Set(services);
  const removed = (last?.services ?? "").split("\n").filter((name) => name !== "" && !kept.has(name));
  const number = (last?.number ?? 0) + 1;
  await database
    .insertInto("maps")
    .values({ number, digest, services: services.join("\n"), in_force_since: at })
    .execute();
  await database
    .updateTable("maps")
    .set({ services: "" })
    .where("number", "=", number - 1)
    .execute();
  for (const service of removed) await insertLegacyCut(database, service, at);
  return { number, legacyCuts: await selectLegacyCuts(database) };
}

async function forgetOldMaps(database: Kysely<Tables>): Promise<void> {
  await database
    .deleteFrom("maps")
    .where("number", "<", ({ selectFrom, fn, eb }) =>
      selectFrom("maps").select(eb(fn.max("number"), "-", keptMaps).as("oldest")),
    )
    .execute();
}
