import { Readable } from "node:stream";
import { createProgram, type OpenMap, type Report } from "@meshpass/cli";
import { maxMapBytes } from "@meshpass/policy";
import t from "tap";
import { map } from "./maps.ts";
import { outside } from "./outside.ts";

/** Runs `meshpass` with these words; `files` are all the files that there are. */
async function run(words: readonly string[], files: Readonly<Record<string, OpenMap>>): Promise<Report | undefined> {
  let report: Report | undefined;
  const program = createProgram(
    outside({
      open: (file) => (files[file] ?? fails("ENOENT"))(file),
      print: (printed) => {
        report = printed;
      },
    }),
  );
  await program.parseAsync(words, { from: "user" });
  return report;
}

const holds =
  (text: string): OpenMap =>
  () =>
    Readable.from([Buffer.from(text.slice(0, 10)), Buffer.from(text.slice(10))]);

const fails = (code: string | undefined): OpenMap =>
  async function* failing() {
    yield Buffer.from("version: 1");
    throw Object.assign(new Error("upstream text"), code === undefined ? {} : { code });
  };

t.test("without a file the map that is configured is meant", async (t) => {
  const files = { "default.yaml": holds(map), "other.yaml": holds(""), "-": holds(map) };
  t.match(await run(["check", "m1", "m1"], files), { lines: [/^Allowed .* default.yaml:3/], exitCode: 0 });
  t.match(await run(["validate"], files), { lines: [/^Valid {2}default.yaml/], exitCode: 0 });
  t.match(await run(["check", "m1", "m1", "--map", "other.yaml"], files), { exitCode: 2 });
  t.match(await run(["validate", "other.yaml"], files), { exitCode: 3 });
});

t.test("- is standard input", async (t) => {
  t.match(await run(["validate", "-"], { "-": holds(map) }), { lines: [/^Valid {2}standard input/] });
  t.match(await run(["check", "m1", "m1", "--map", "-", "-o", "json"], { "-": holds(map) }), {
    lines: [/"file":"standard input"/],
  });
});

t.test("a file that cannot be read is one clear line and exit code 2", async (t) => {
  const files = {
    missing: fails("ENOENT"),
    folder: fails("EISDIR"),
    secret: fails("EACCES"),
    looped: fails("ELOOP"),
    broken: fails("EIO"),
  };
  const lines = {
    missing: "there is no such file",
    folder: "it is a folder",
    secret: "you may not read it",
    looped: "its links lead in a circle",
    broken: "EIO",
  };
  for (const [file, why] of Object.entries(lines)) {
    const report = { lines: [`cannot read ${file}: ${why}; name another file`], exitCode: 2, isError: true };
    t.strictSame(await run(["check", "m1", "m1", "--map", file], files), report);
    t.strictSame(await run(["validate", file], files), report);
  }
});

t.test("what nobody thought of is never taken for an answer: exit code 2 of check, 1 of validate", async (t) => {
  const files = { odd: fails(undefined) };
  const line = "unexpected Error while working on odd; please report it";
  t.strictSame(await run(["check", "m1", "m1", "--map", "odd"], files), { lines: [line], exitCode: 2, isError: true });
  t.strictSame(await run(["validate", "odd"], files), { lines: [line], exitCode: 1, isError: true });
});

t.test("a file without an end is read until it is too large for a map", async (t) => {
  let given = 0;
  const endless: OpenMap = async function* endlessFile() {
    for (;;) {
      given += 2 ** 24;
      yield Buffer.alloc(2 ** 24, "#");
    }
  };
  t.match(await run(["validate", "endless"], { endless }), { lines: [/larger than/], exitCode: 3 });
  t.equal(given, maxMapBytes + 2 ** 24);
});
