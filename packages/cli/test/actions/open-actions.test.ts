import { execFile } from "node:child_process";
import { chmodSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import t from "tap";

const main = resolve(import.meta.dirname, "../../src/main.ts");

/** Runs the tool outside of tap, whose own code the process of the actions may not read. */
const meshpass = (...words: readonly string[]) =>
  promisify(execFile)("env", ["-u", "NODE_OPTIONS", process.execPath, main, "actions", "test", ...words]).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({ stdout, stderr, code }) => ({ stdout, stderr, code }),
  );

const deny = 'export function onExecuteCredentialsExchange(_, api) { api.access.deny("invalid_scope", "no"); }';
const allow = "export function onExecuteCredentialsExchange() {}";

t.test("a folder is run whole and a file by itself, in the process of actions", async (t) => {
  const folder = t.testdir({ "a.js": allow, "b.js": deny });
  for (const path of [folder, join(folder, "a.js"), join(folder, "b.js")]) chmodSync(path, 0o755);
  const pair = ["--caller", "m1", "--target", "m2"];
  t.strictSame(await meshpass(folder, ...pair), {
    stdout: "Denied  m1 => m2: b.js answers invalid_scope: no\n",
    stderr: "",
    code: 1,
  });
  t.strictSame(await meshpass(join(folder, "a.js"), ...pair), {
    stdout: "Allowed  m1 => m2: a.js\n",
    stderr: "",
    code: 0,
  });
});
