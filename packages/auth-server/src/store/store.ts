import type { Kysely } from "kysely";
import { startFirstFeed } from "./create-feed-tables.ts";
import { createTables } from "./create-tables.ts";
import { type CredentialStore, createCredentialStore } from "./credential-store.ts";
import { type CutStore, createCutStore } from "./cut-store.ts";
import { createOpaqueTokenStore, type OpaqueTokenStore } from "./opaque-token-store.ts";
import { openSqlite } from "./open-sqlite.ts";
import { createQuotaStore, type QuotaStore } from "./quota-store.ts";
import { retryWhileBusy } from "./retry-while-busy.ts";
import type { Tables } from "./tables.ts";
import { createUsedAssertionStore, type UsedAssertionStore } from "./used-assertion-store.ts";
import { createWithdrawnKeyStore, type WithdrawnKeyStore } from "./withdrawn-keys.ts";

/** Everything that the auth server must not forget, besides the map. */
export interface Store
  extends CredentialStore,
    CutStore,
    OpaqueTokenStore,
    QuotaStore,
    UsedAssertionStore,
    WithdrawnKeyStore {
  close(): Promise<void>;
}

/**
 * The store in the SQLite file `path`, which is made if it is not there. A change that finds it busy, since the map's
 * worker writes, waits its turn for a second without holding up this thread for more than 20 ms at a time.
 *
 * `clock` gives ms since 1970: a store without a feed starts one now.
 */
export async function openStore(path: string, clock: () => number = Date.now): Promise<Store> {
  const database = await openTables(path, Math.floor(clock() / 1_000)).catch((error: Error) => {
    const remedy = "restore it from a copy, or move it away and issue every credential anew";
    throw new Error(`${path} cannot be used as the store (${error.message}); ${remedy}`);
  });
  return {
    ...createCredentialStore(database),
    ...createCutStore(database),
    ...createUsedAssertionStore(database),
    ...createWithdrawnKeyStore(database),
    ...createOpaqueTokenStore(database),
    ...createQuotaStore(database),
    close: () => database.destroy(),
  };
}

async function openTables(path: string, at: number): Promise<Kysely<Tables>> {
  const database = openSqlite(path, { waitMs: 20 });
  await retryWhileBusy(() => createTables(database));
  await retryWhileBusy(() => startFirstFeed(database, at));
  // A damaged page shows only to who reads it; better now than at the first credential.
  await createCredentialStore(database).credentials();
  return database;
}
