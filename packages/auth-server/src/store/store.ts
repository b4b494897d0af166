import type { Kysely } from "kysely";
import { createTables } from "./create-tables.ts";
import { insertLegacyCut, selectLegacyCuts } from "./legacy-cuts.ts";
import { openSqlite } from "./open-sqlite.ts";
import { retryWhileBusy } from "./retry-while-busy.ts";
import type { Tables } from "./tables.ts";

/** A credential that was issued. Times in seconds since 1970; `revokedAt` undefined while it is good. */
export interface IssuedCredential {
  readonly jti: string;
  readonly service: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly dev: boolean;
  readonly revokedAt: number | undefined;
}

/** A credential made straight at the core, known by its hash since it was first shown. */
export interface LegacyCredential {
  readonly hash: string;
  readonly service: string;
  readonly firstUsedAt: number;
}

/** What the auth server must not forget about credentials. Every change is durable when its promise resolves. */
export interface CredentialStore {
  credentials(): Promise<readonly IssuedCredential[]>;
  addCredential(credential: IssuedCredential): Promise<void>;
  revokeCredential(jti: string, at: number): Promise<void>;
  legacyCredentials(): Promise<readonly LegacyCredential[]>;
  /** At least one and at most 500 of them; one that is there keeps its first use. */
  addLegacyCredentials(credentials: readonly LegacyCredential[]): Promise<void>;
  /** The services whose legacy credentials are refused for good. */
  legacyCuts(): Promise<readonly string[]>;
  /** Revokes every credential of `service` and refuses its legacy ones for good, as one change. */
  cutService(service: string, at: number): Promise<void>;
  /** Drops the records of credentials that ended before `before`: nothing can show them any more. */
  forgetExpired(before: number): Promise<void>;
  close(): Promise<void>;
}

async function openTables(path: string): Promise<Kysely<Tables>> {
  const database = openSqlite(path, { waitMs: 20 });
  await retryWhileBusy(() => createTables(database));
  // A damaged page shows only to who reads it; better now than at the first credential.
  await selectCredentials(database);
  return database;
}

/**
 * The store in the SQLite file `path`, which is made if it is not there. A change that finds it busy, since the map's
 * worker writes, waits its turn for a second without holding up this thread for more than 20 ms at a time.
 */
export async function openStore(path: string): Promise<CredentialStore> {
  const database = await openTables(path).catch((error: Error) => {
    const remedy = "restore it from a copy, or move it away and issue every credential anew";
    throw new Error(`${path} cannot be used as the store (${error.message}); ${remedy}`);
  });
  return {
    credentials: () => selectCredentials(database),
    addCredential: (credential) => retryWhileBusy(() => insertCredential(database, credential)),
    revokeCredential: (jti, at) => retryWhileBusy(() => revokeCredential(database, jti, at)),
    legacyCredentials: () => selectLegacy(database),
    addLegacyCredentials: (credentials) => retryWhileBusy(() => insertLegacy(database, credentials)),
    legacyCuts: () => selectLegacyCuts(database),
    cutService: (service, at) => retryWhileBusy(() => cutService(database, service, at)),
    forgetExpired: (before) => retryWhileBusy(() => deleteExpired(database, before)),
    close: () => database.destroy(),
  };
}

async function selectCredentials(database: Kysely<Tables>): Promise<readonly IssuedCredential[]> {
  const rows = await database.selectFrom("credentials").selectAll().orderBy("issued_at").orderBy("jti").execute();
  return rows.map(({ jti, service, issued_at, expires_at, dev, revoked_at }) => ({
    jti,
    service,
    issuedAt: issued_at,
    expiresAt: expires_at,
    dev: dev === 1,
    revokedAt: revoked_at ?? undefined,
  }));
}

async function insertCredential(database: Kysely<Tables>, credential: IssuedCredential): Promise<void> {
  const { jti, service, issuedAt, expiresAt, dev, revokedAt } = credential;
  const row = { jti, service, issued_at: issuedAt, expires_at: expiresAt, dev: dev ? 1 : 0, revoked_at: revokedAt };
  await database.insertInto("credentials").values(row).execute();
}

/** Revokes what the caller selects with `where`; what was revoked before keeps its time. */
const revoke = (database: Kysely<Tables>, at: number) =>
  database.updateTable("credentials").set({ revoked_at: at }).where("revoked_at", "is", null);

async function revokeCredential(database: Kysely<Tables>, jti: string, at: number): Promise<void> {
  await revoke(database, at).where("jti", "=", jti).execute();
}

async function deleteExpired(database: Kysely<Tables>, before: number): Promise<void> {
  await database.deleteFrom("credentials").where("expires_at", "<", before).execute();
}

async function selectLegacy(database: Kysely<Tables>): Promise<readonly LegacyCredential[]> {
  const rows = await database.selectFrom("legacy_credentials").selectAll().orderBy("first_used_at").execute();
  return rows.map(({ hash, service, first_used_at }) => ({ hash, service, firstUsedAt: first_used_at }));
}

async function insertLegacy(database: Kysely<Tables>, credentials: readonly LegacyCredential[]): Promise<void> {
  const rows = credentials.map(({ hash, service, firstUsedAt }) => ({ hash, service, first_used_at: firstUsedAt }));
  await database
    .insertInto("legacy_credentials")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function cutService(database: Kysely<Tables>, service: string, at: number): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await revoke(transaction, at).where("service", "=", service).execute();
    await insertLegacyCut(transaction, service, at);
  });
}
