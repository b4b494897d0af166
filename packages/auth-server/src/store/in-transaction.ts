import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * What `work` gives, all of whose changes are made as one: durable when this resolves, and none of them if it rejects.
 * It has the store to itself from its beginning, so that what it read still holds when it writes.
 *
 * @throws what `work` throws, or SQLite's error for a store in which another connection writes.
 */
export const inTransaction = <T>(database: Kysely<Tables>, work: (store: Kysely<Tables>) => Promise<T>): Promise<T> =>
  database.connection().execute(async (connection) => {
    // Kysely's own transactions begin without the right to write, and fail when another took it since they read.
    await sql`begin immediate`.execute(connection);
    try {
      const result = await work(connection);
      await sql`commit`.execute(connection);
      return result;
    } catch (error) {
      // A full disk may have ended it already; what went wrong is the first error, not this one.
      await sql`rollback`.execute(connection).catch(() => undefined);
      throw error;
    }
  });
