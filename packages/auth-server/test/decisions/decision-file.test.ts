import { appendFileSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { decisionFile } from "../../src/decisions/decision-file.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const fileOf = (folder: string): string => join(folder, "decisions-2026-11-22.jsonl");

t.test("lines go to the file of their day, for its owner alone", async (t) => {
  const folder = t.testdir();
  const append = decisionFile(folder);
  await append("one\n", noon);
  await append("two\n", noon);
  await append("three\n", noon + 43_200_000);
  t.equal(readFileSync(fileOf(folder), "utf8"), "one\ntwo\n");
  t.equal(readFileSync(join(folder, "decisions-2026-11-23.jsonl"), "utf8"), "three\n");
  t.equal((statSync(fileOf(folder)).mode & 0o777).toString(8), "600");
});

t.test("half a line that a kill has left is closed off, so that it costs no other line", async (t) => {
  const folder = t.testdir();
  appendFileSync(fileOf(folder), '{"decision_id":"hal');
  await decisionFile(folder)("one\n", noon);
  t.equal(readFileSync(fileOf(folder), "utf8"), '{"decision_id":"hal\none\n');
});

t.test("a disk that is full is an error, and once it is not the same lines are taken", async (t) => {
  const folder = t.testdir();
  symlinkSync("/dev/full", fileOf(folder));
  const append = decisionFile(folder);
  await t.rejects(append("one\n", noon), { code: "ENOSPC" });
  rmSync(fileOf(folder));
  await append("one\n", noon);
  t.equal(readFileSync(fileOf(folder), "utf8"), "one\n");
});

t.test("what a failed write has left is taken back", async (t) => {
  const folder = t.testdir();
  let isFull = false;
  /** As a disk does that fills up in the middle of a write. */
  const openFile = async (path: string, flags: string, mode: number): Promise<FileHandle> => {
    const file = await open(path, flags, mode);
    const whole = file.appendFile.bind(file);
    file.appendFile = async (text) => {
      await whole(isFull ? String(text).slice(0, 3) : text);
      if (isFull) throw new Error("ENOSPC");
    };
    return file;
  };
  const append = decisionFile(folder, openFile);
  await append("one\n", noon);
  isFull = true;
  await t.rejects(append("two\nthree\n", noon), { message: "ENOSPC" });
  isFull = false;
  await append("two\nthree\n", noon);
  t.equal(readFileSync(fileOf(folder), "utf8"), "one\ntwo\nthree\n");
});
