import { DatabaseSync } from "node:sqlite";
import { CoreError } from "./core-error.ts";
import { ensurePrivateFile } from "./private-file.ts";

/** `static` keys sign what lives long and are never replaced; `dynamic` keys are replaced every week. */
export type KeyFamily = "static" | "dynamic";

/** A signing key at rest. */
export interface StoredKey {
  /** `s-` and a UUID, or `d-` and `createdAt`. */
  readonly kid: string;
  readonly family: KeyFamily;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** PKCS #8, DER. */
  readonly privateKey: Uint8Array;
}

/**
 * Where the signing keys rest. `insert` returns only once the key is on the disk. What the disk or the file refuses is
 * thrown; by a store on SQLite as a CoreError `state_unusable`.
 */
export interface KeyStore {
  list(): StoredKey[];
  insert(key: StoredKey): void;
  remove(kid: string): void;
  close(): void;
}

const schemaVersion = 1;
const schema = `
  CREATE TABLE IF NOT EXISTS signing_keys (
    kid TEXT PRIMARY KEY,
    family TEXT NOT NULL CHECK (family IN ('static', 'dynamic')),
    created_at INTEGER NOT NULL,
    private_key BLOB NOT NULL
  ) STRICT;
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * Opens the SQLite file at `path`, made 0600 (its folder 0700) if missing. One process has it at a time. Keys are stored in
 * clear: who can read the file can sign.
 *
 * Calls are synchronous, which is right here: they happen at start and at a rotation, a row a week, and a key must be on
 * the disk before anybody sees it.
 *
 * Opening reads the head of the file and not the keys: damage further on is found by the call that meets it.
 *
 * @throws CoreError `state_unusable` if the file is not private, is no database, comes from a newer Meshpass, or is in use.
 */
export function openKeyStore(path: string): KeyStore {
  ensurePrivateFile(path, "");
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    prepare(database);
    return overDatabase(database, path);
  } catch (cause) {
    database?.close();
    throw unusable(path, cause);
  }
}

function prepare(database: DatabaseSync): void {
  // An exclusive lock, kept: two cores on one file would each rotate the keys and publish different sets.
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE");
  const found = database.prepare("PRAGMA user_version").get()?.user_version;
  if (Number(found) > schemaVersion) throw new RangeError("a newer Meshpass wrote it; start that version");
  database.exec(`${schema} COMMIT`);
}

/** SQLite's result codes (https://sqlite.org/rescode.html). */
const explanations = new Map([
  [5, "another core has it open; stop that one first"],
  [11, "it is damaged; restore it, or move it away, and all tokens die"],
  [26, "it is no SQLite file; restore it, or move it away, and all tokens die"],
]);

function unusable(path: string, cause: unknown): CoreError {
  return new CoreError("state_unusable", `${path} cannot be used: ${explain(cause)}.`, { cause });
}

function explain(error: unknown): string {
  if (error instanceof RangeError) return error.message;
  const { errcode, errstr } = error as { errcode: number; errstr: string };
  return explanations.get(errcode) ?? `SQLite says ${errstr}; see the disk and its permissions`;
}

function overDatabase(database: DatabaseSync, path: string): KeyStore {
  const list = database.prepare(
    "SELECT kid, family, created_at AS createdAt, private_key AS privateKey FROM signing_keys ORDER BY created_at DESC, kid",
  );
  const insert = database.prepare("INSERT INTO signing_keys VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM signing_keys WHERE kid = ?");
  const use = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw unusable(path, cause);
    }
  };
  return {
    list: () => use(() => list.all() as unknown as StoredKey[]),
    insert: ({ kid, family, createdAt, privateKey }) => use(() => void insert.run(kid, family, createdAt, privateKey)),
    remove: (kid) => use(() => void remove.run(kid)),
    close: () => database.close(),
  };
}
