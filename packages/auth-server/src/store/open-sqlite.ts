import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Kysely, SqliteDialect } from "kysely";
import type { Tables } from "./tables.ts";

/** WAL lets the map's worker write beside us; FULL makes what was acknowledged survive a power cut. */
const pragmas = "pragma journal_mode = wal; pragma synchronous = full;";

/**
 * The store in the file `path`, made if it is not there: its folder 0700, the file 0600 before SQLite opens it. Tables
 * are made by `createTables`.
 *
 * Calls block their thread (SQLite's own way) for the time of a write, and before it for up to `waitMs` while another
 * thread writes. They belong to start-up, to operators and to upkeep, not to a request for a token.
 *
 * @throws Error if the file cannot be opened or is no database.
 */
export function openSqlite(path: string, { waitMs }: { readonly waitMs: number }): Kysely<Tables> {
  createPrivately(path);
  const database = new DatabaseSync(path, { timeout: waitMs });
  database.exec(pragmas);
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database) }) });
}

function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    chmodSync(path, 0o600);
  }
}

/** node:sqlite in the shape that kysely's SQLite dialect asks for, which is another driver's. */
const adapt = (database: DatabaseSync) => ({
  close: () => database.close(),
  prepare: (sql: string) => {
    const statement = database.prepare(sql);
    const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
      run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
    };
  },
});
