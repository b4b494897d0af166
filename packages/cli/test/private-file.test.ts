import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { writePrivateFile } from "../src/private-file.ts";

t.test("a secret is this user's alone, replaces the old one, and leaves nothing beside it", async (t) => {
  const path = join(t.testdir(), "state", "credentials", "m1.jwt");
  await writePrivateFile(path, "one\n");
  await writePrivateFile(path, "two\n");
  t.equal(readFileSync(path, "utf8"), "two\n");
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.equal(statSync(join(path, "..")).mode & 0o777, 0o700);
  t.same(readdirSync(join(path, "..")), ["m1.jwt"]);
});

t.test("a folder that it makes is 0700 under any umask, and one that was there keeps its mode", async (t) => {
  const before = process.umask(0o177);
  t.teardown(() => process.umask(before));
  const made = join(t.testdir({ there: {} }), "made");
  await writePrivateFile(join(made, "m1.jwt"), "one\n");
  t.equal(statSync(made).mode & 0o777, 0o700);
  const there = join(t.testdirName, "there");
  chmodSync(there, 0o755);
  await writePrivateFile(join(there, "m1.jwt"), "one\n");
  t.equal(statSync(there).mode & 0o777, 0o755);
  t.equal(statSync(join(there, "m1.jwt")).mode & 0o777, 0o600);
});

t.test("a write that fails leaves the old file, and nothing beside it", async (t) => {
  const folder = t.testdir({ "m1.jwt": { "a folder in its place": "" } });
  await t.rejects(writePrivateFile(join(folder, "m1.jwt"), "new\n"));
  t.strictSame(readdirSync(folder), ["m1.jwt"]);
});
