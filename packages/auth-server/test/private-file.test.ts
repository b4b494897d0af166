import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readPrivateFile, writePrivateFile } from "../src/private-file.ts";

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

t.test("a file is for its owner alone, and so is its folder, whatever they were before", async (t) => {
  const folder = join(t.testdir(), "state");
  const path = join(folder, "operator.jwt");
  await writePrivateFile(path, "first\n");
  t.equal(modeOf(path), "600");
  t.equal(modeOf(folder), "700");
  const open = join(t.testdir({ open: {} }), "open");
  mkdirSync(open, { recursive: true, mode: 0o755 });
  writeFileSync(join(open, "m1.jwt"), "old\n", { mode: 0o644 });
  await writePrivateFile(join(open, "m1.jwt"), "new\n");
  t.equal(modeOf(join(open, "m1.jwt")), "600");
  t.equal(modeOf(open), "700");
});

t.test("a reader sees all of one text, never a part, and nothing else is left lying about", async (t) => {
  const path = join(t.testdir(), "m1.jwt");
  const texts = ["a", "b"].map((letter) => letter.repeat(200_000));
  await writePrivateFile(path, texts[0] as string);
  let isWriting = true;
  const writing = (async () => {
    for (let round = 0; round < 10; round++) await writePrivateFile(path, texts[round % 2] as string);
    isWriting = false;
  })();
  const seen = new Set<string | undefined>();
  while (isWriting) seen.add(await readPrivateFile(path));
  await writing;
  t.strictSame([...seen].sort(), texts);
  t.strictSame(readdirSync(join(path, "..")), ["m1.jwt"]);
});

t.test("a write that fails leaves the old file, and nothing beside it", async (t) => {
  const folder = t.testdir({ "m1.jwt": { "a folder in its place": "" } });
  await t.rejects(writePrivateFile(join(folder, "m1.jwt"), "new\n"));
  t.strictSame(readdirSync(folder), ["m1.jwt"]);
});

t.test("a text comes back without white space around it; no file is no text; a folder is an error", async (t) => {
  const folder = t.testdir({ "m1.jwt": " token\n", m2: {} });
  t.equal(await readPrivateFile(join(folder, "m1.jwt")), "token");
  t.equal(await readPrivateFile(join(folder, "m3.jwt")), undefined);
  await t.rejects(readPrivateFile(join(folder, "m2")), { code: "EISDIR" });
  t.equal(readFileSync(join(folder, "m1.jwt"), "utf8"), " token\n");
});
