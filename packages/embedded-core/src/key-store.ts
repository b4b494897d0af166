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
  /** From when on it signs, in milliseconds since 1970; undefined for an unscheduled one: dynamic, and published, no more. */
  readonly signsFrom: number | undefined;
  /** PKCS #8, DER. */
  readonly privateKey: Uint8Array;
}

/**
 * Where the signing keys rest. A change returns only once it is on the disk. What the disk or the file refuses is
 * thrown; by a store on SQLite as a CoreError `state_unusable`.
 */
export interface KeyStore {
  list(): StoredKey[];
  insert(key: StoredKey): void;
  /** Sets from when on the key with that kid signs. */
  schedule(kid: string, signsFrom: number): void;
  remove(kid: string): void;
  close(): void;
}

/** Each brings the file one version further; `user_version` counts those that are done. */
const migrations = [
  `CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    family TEXT NOT NULL CHECK (family IN ('static', 'dynamic')),
    created_at INTEGER NOT NULL,
    private_key BLOB NOT NULL
  ) STRICT`,
  `ALTER TABLE signing_keys ADD COLUMN signs_from INTEGER;
  UPDATE signing_keys SET signs_from = CASE family WHEN 'dynamic' THEN created_at + 60000 ELSE created_at END`,
];

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
  const found = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (found > migrations.length) throw new RangeError("a newer Meshpass wrote it; start that version");
  for (const migration of migrations.slice(found)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}

/** SQLite's result codes (https://sqlite.org/rescode.html). */
const explanations = new Map([
  [11, "it is damaged; restore it, or move it away, and all tokens die"],
  [26, "it is no SQLite file; restore it, or move it away, and all tokens die"],
]);

const busy = 5;

function unusable(path: string, cause: unknown): CoreError {
  const message =
    (cause as { errcode?: number }).errcode === busy
      ? `another core has ${path} open: a mesh is already running here; stop it, or set MESHPASS_STATE_DIR.`
      : `${path} cannot be used: ${explain(cause)}.`;
  return new CoreError("state_unusable", message, { cause });
}

function explain(error: unknown): string {
  if (error instanceof RangeError) return error.message;
  const { errcode, errstr } = error as { errcode: number; errstr: string };
  return explanations.get(errcode) ?? `SQLite says ${errstr}; see the disk and its permissions`;
}

const columns = "kid, family, created_at AS createdAt, signs_from AS signsFrom, private_key AS privateKey";

type Row = Omit<StoredKey, "signsFrom"> & { readonly signsFrom: number | null };

function overDatabase(database: DatabaseSync, path: string): KeyStore {
  const list = database.prepare(`SELECT ${columns} FROM signing_keys ORDER BY created_at DESC, kid`);
  const insert = database.prepare(
    "INSERT INTO signing_keys (kid, family, created_at, signs_from, private_key) VALUES (?, ?, ?, ?, ?)",
  );
  const schedule = database.prepare("UPDATE signing_keys SET signs_from = ? WHERE kid = ?");
  const remove = database.prepare("DELETE FROM signing_keys WHERE kid = ?");
  const use = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw unusable(path, cause);
    }
  };
  return {
    list: () => use(() => (list.all() as unknown as Row[]).map(readRow)),
    insert: ({ kid, family, createdAt, signsFrom, privateKey }) =>
      use(() => void insert.run(kid, family, createdAt, signsFrom ?? null, privateKey)),
    schedule: (kid, signsFrom) => use(() => void schedule.run(signsFrom, kid)),
    remove: (kid) => use(() => void remove.run(kid)),
    close: () => database.close(),
  };
}

const readRow = (row: Row): StoredKey => ({ ...row, signsFrom: row.signsFrom ?? undefined });
