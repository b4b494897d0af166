import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import t from "tap";
import { openKeyStore, type StoredKey } from "../src/key-store.ts";

const key = (kid: string, createdAt: number): StoredKey => ({
  kid,
  family: kid.startsWith("s-") ? "static" : "dynamic",
  createdAt,
  signsFrom: createdAt,
  privateKey: new Uint8Array([1, 2, 3]),
});
const mode = (path: string): number => statSync(path).mode & 0o777;

t.test("keys survive a restart, newest first, until they are removed", async (t) => {
  const path = `${t.testdir()}/state/core.sqlite`;
  const first = openKeyStore(path);
  const keys = [key("s-a", 5), key("d-7", 7), key("d-6", 6)];
  for (const each of keys) first.insert(each);
  first.close();
  const second = openKeyStore(path);
  t.teardown(() => second.close());
  t.same(second.list(), [keys[1], keys[2], keys[0]]);
  second.remove("d-6");
  t.same(second.list(), [keys[1], keys[0]]);
});

t.test("from when on a key signs is kept, and that it is unscheduled", async (t) => {
  const path = `${t.testdir()}/state/core.sqlite`;
  const first = openKeyStore(path);
  first.insert({ ...key("d-6", 6), signsFrom: undefined });
  first.insert({ ...key("d-7", 7), signsFrom: undefined });
  first.schedule("d-7", 9);
  first.close();
  const second = openKeyStore(path);
  t.teardown(() => second.close());
  t.same(
    second.list().map(({ kid, signsFrom }) => [kid, signsFrom]),
    [
      ["d-7", 9],
      ["d-6", undefined],
    ],
  );
});

t.test("a file of the version before, which knew no unscheduled keys, goes on as its keys would have", async (t) => {
  const path = `${t.testdir({ state: { "core.sqlite": "" } })}/state/core.sqlite`;
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE IF NOT EXISTS signing_keys (
      kid TEXT PRIMARY KEY,
      family TEXT NOT NULL CHECK (family IN ('static', 'dynamic')),
      created_at INTEGER NOT NULL,
      private_key BLOB NOT NULL
    ) STRICT;
    PRAGMA user_version = 1;
    INSERT INTO signing_keys VALUES ('s-a', 'static', 5, x'010203'), ('d-7', 'dynamic', 7, x'010203');
  `);
  database.close();
  for (const _ of ["first", "later"]) {
    const store = openKeyStore(path);
    t.same(store.list(), [{ ...key("d-7", 7), signsFrom: 60_007 }, key("s-a", 5)]);
    store.close();
  }
});

t.test("the file is the owner's alone from the start, its folder too", async (t) => {
  const folder = `${t.testdir()}/a/state`;
  const store = openKeyStore(`${folder}/core.sqlite`);
  store.insert(key("s-a", 5));
  t.equal(mode(`${folder}/core.sqlite`), 0o600);
  t.equal(mode(folder), 0o700);
  const journal = `${folder}/core.sqlite-journal`;
  if (existsSync(journal)) t.equal(mode(journal), 0o600);
  store.close();
});

t.test("a second store on the same file is refused, and may open it later", async (t) => {
  const path = `${t.testdir()}/state/core.sqlite`;
  const store = openKeyStore(path);
  t.throws(() => openKeyStore(path), {
    code: "state_unusable",
    message: `another core has ${path} open: a mesh is already running here; stop it, or set MESHPASS_STATE_DIR.`,
  });
  store.close();
  openKeyStore(path).close();
});

t.test("a name that is taken is refused, and so is a family that there is not", async (t) => {
  const store = openKeyStore(`${t.testdir()}/state/core.sqlite`);
  t.teardown(() => store.close());
  store.insert(key("s-a", 5));
  t.throws(() => store.insert(key("s-a", 6)), { code: "state_unusable", cause: /UNIQUE/ });
  t.throws(() => store.insert({ ...key("s-b", 6), family: "other" as "static" }), { cause: /CHECK/ });
});

t.test("a file that is no database is refused and left as it is", async (t) => {
  const folder = t.testdir({ "core.sqlite": "this is not a database, however long one looks at it" });
  chmodSync(`${folder}/core.sqlite`, 0o600);
  t.throws(() => openKeyStore(`${folder}/core.sqlite`), {
    code: "state_unusable",
    message: /no SQLite file; restore it/,
  });
});

t.test("damage that opening does not meet is told as clearly by the call that meets it", async (t) => {
  const path = `${t.testdir()}/state/core.sqlite`;
  const whole = openKeyStore(path);
  whole.insert(key("s-a", 5));
  whole.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(4_000, 0xa5), 0, 4_000, 4_096);
  closeSync(file);
  const damaged = openKeyStore(path);
  t.teardown(() => damaged.close());
  const told = {
    name: "CoreError",
    code: "state_unusable",
    message: /core\.sqlite cannot be used: it is damaged; restore it/,
  };
  t.throws(() => damaged.list(), told);
  t.throws(() => damaged.insert(key("d-7", 7)), told);
  t.throws(() => damaged.schedule("s-a", 7), told);
  t.throws(() => damaged.remove("s-a"), told);
});

t.test("a file that a newer version wrote is refused", async (t) => {
  const path = `${t.testdir()}/state/core.sqlite`;
  openKeyStore(path).close();
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 99");
  database.close();
  t.throws(() => openKeyStore(path), { code: "state_unusable", message: /newer Meshpass/ });
});

t.test("a file or folder that is open to others, or no file, is refused with what to do", async (t) => {
  const folder = t.testdir({ "core.sqlite": "", target: "", open: {}, state: {} });
  chmodSync(`${folder}/core.sqlite`, 0o640);
  t.throws(() => openKeyStore(`${folder}/core.sqlite`), { code: "state_unusable", message: /chmod 600/ });
  chmodSync(`${folder}/open`, 0o770);
  t.throws(() => openKeyStore(`${folder}/open/core.sqlite`), { code: "state_unusable", message: /chmod 700/ });
  chmodSync(`${folder}/target`, 0o600);
  symlinkSync(`${folder}/target`, `${folder}/state/core.sqlite`);
  t.throws(() => openKeyStore(`${folder}/state/core.sqlite`), { code: "state_unusable" });
  mkdirSync(`${folder}/folder.sqlite`, { mode: 0o700 });
  t.throws(() => openKeyStore(`${folder}/folder.sqlite`), { message: /not an ordinary file/ });
  writeFileSync(`${folder}/file`, "");
  t.throws(() => openKeyStore(`${folder}/file/core.sqlite`), {
    code: "state_unusable",
    message: /cannot be used \(E[A-Z]+\): give it/,
  });
});

t.test("SIGKILL amid writes loses no key that was said to be stored", async (t) => {
  const path = `${t.testdir()}/state/core.sqlite`;
  const script = fileURLToPath(new URL("fixtures/insert-keys.ts", import.meta.url));
  for (let round = 1; round <= 4; round++) {
    // What is killed cannot say what of it was run: it is not measured.
    const plain = ["-u", "NODE_OPTIONS", process.execPath, script, path];
    const child = spawn("env", plain, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("close", resolve));
    let stored = -1;
    let printed = 0;
    for await (const line of createInterface(child.stdout)) {
      stored = Number(line);
      printed += 1;
      if (printed === 3 * round) child.kill("SIGKILL");
    }
    await ended;
    t.equal(child.signalCode, "SIGKILL");
    const store = openKeyStore(path);
    const kids = new Set(store.list().map(({ kid }) => kid));
    t.same(
      Array.from({ length: stored + 1 }, (_, n) => `d-${n}`).filter((kid) => !kids.has(kid)),
      [],
      `all ${stored + 1} keys are there after kill ${round}`,
    );
    store.close();
  }
  const database = new DatabaseSync(path);
  t.same(database.prepare("PRAGMA integrity_check").all(), [{ integrity_check: "ok" }]);
  database.close();
});
