import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { createProgram, type OpenMap, type Report } from "@meshpass/cli";
import { maxMapBytes } from "@meshpass/policy";
import type { Command } from "commander";
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

t.test("who called before a caller is named with commas between", async (t) => {
  const files = { "default.yaml": holds(map) };
  t.match(await run(["check", "m4", "m1", "--on-behalf-of", "m5"], files), {
    lines: [/^Denied .*m5 => m4 => m1 at m4/],
  });
  const asked = await run(["check", "m1", "m1", "--on-behalf-of", "m3,m5", "-o", "json"], files);
  t.match(JSON.parse(asked?.lines[0] ?? ""), { caller: "m1", onBehalfOf: ["m3", "m5"] });
  for (const names of ["", "m3,", "m3, m5", "M3"])
    t.match(await run(["check", "m1", "m1", "--on-behalf-of", names], files), { exitCode: 2, isError: true }, names);
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

const commandsIn = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(commandsIn)];

t.test("the help of every command is wrapped between words, on a narrow terminal and on a wide one", async (t) => {
  for (const helpWidth of [60, 80, 110]) {
    const program = createProgram(outside());
    for (const command of commandsIn(program)) {
      const lines = command
        .configureHelp({ ...command.configureHelp(), helpWidth })
        .helpInformation()
        .split("\n");
      t.same(
        lines.filter((line) => line.length > helpWidth),
        [],
        `${command.name()} at ${helpWidth}`,
      );
    }
  }
});

t.test("the help of the root names every command with one line each", async (t) => {
  const program = createProgram(outside());
  const help = program.configureHelp({ ...program.configureHelp(), helpWidth: 60 }).helpInformation();
  t.match(help, "Ask who may call whom, and cut off who may not.");
  for (const { name, summary } of program.commands.map((each) => ({
    name: each.name(),
    summary: each.summary() || each.description(),
  })))
    t.ok(new RegExp(`^  ${name} +${summary}`, "m").test(help), name);
  const forget = program.commands.find((each) => each.name() === "forget")?.description();
  t.match(forget, /^Stop waiting for a receiver that is gone; the first characters of INSTANCE are enough/);
});

t.test("--version says the version of the package", async (t) => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  let printed = "";
  const program = createProgram(outside()).configureOutput({
    writeOut: (text) => {
      printed += text;
    },
  });
  await t.rejects(program.parseAsync(["--version"], { from: "user" }), { exitCode: 0, code: "commander.version" });
  t.equal(printed, `${version}\n`);
});
