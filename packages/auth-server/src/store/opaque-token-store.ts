import type { Kysely } from "kysely";
import { inChunks } from "./in-chunks.ts";
import { inTransaction } from "./in-transaction.ts";
import { retryWhileBusy } from "./retry-while-busy.ts";
import type { Tables } from "./tables.ts";

/** An opaque token: the hash of its text, and what it stands for. */
export interface OpaqueTokenRecord {
  /** SHA-256 of the text, in base64url. */
  readonly hash: string;
  /** JSON. */
  readonly claims: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** What the auth server must not forget about opaque tokens. */
export interface OpaqueTokenStore {
  /** Those that have not expired at `now`, in seconds since 1970. */
  opaqueTokens(now: number): Promise<readonly OpaqueTokenRecord[]>;
  /** All of them, or none. */
  addOpaqueTokens(tokens: readonly OpaqueTokenRecord[]): Promise<void>;
  forgetOpaqueTokens(before: number): Promise<void>;
}

/** The part of the store in `database` that is about opaque tokens. */
export const createOpaqueTokenStore = (database: Kysely<Tables>): OpaqueTokenStore => ({
  opaqueTokens: async (now) => {
    const rows = await database.selectFrom("opaque_tokens").selectAll().where("expires_at", ">", now).execute();
    return rows.map(({ hash, claims, expires_at }) => ({ hash, claims, expiresAt: expires_at }));
  },
  addOpaqueTokens: async (tokens) => {
    const rows = tokens.map(({ hash, claims, expiresAt }) => ({ hash, claims, expires_at: expiresAt }));
    const insert = async (store: Kysely<Tables>): Promise<void> => {
      for (const some of inChunks(rows)) await store.insertInto("opaque_tokens").values(some).execute();
    };
    await retryWhileBusy(() => inTransaction(database, insert));
  },
  forgetOpaqueTokens: async (before) => {
    await retryWhileBusy(() => database.deleteFrom("opaque_tokens").where("expires_at", "<=", before).execute());
  },
});

/** Makes the table if it is not there yet. */
export const createOpaqueTokenTable = (database: Kysely<Tables>): Promise<void> =>
  database.schema
    .createTable("opaque_tokens")
    .ifNotExists()
    .addColumn("hash", "text", (column) => column.primaryKey())
    .addColumn("claims", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
