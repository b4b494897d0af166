import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { createCredentialFile } from "../src/credential-file.ts";

function setUp(t: Test, text?: string) {
  const folder = t.testdir();
  const path = join(folder, "m1.jwt");
  const write = (text: string, mode = 0o600) => {
    writeFileSync(`${path}.new`, text, { mode });
    renameSync(`${path}.new`, path);
  };
  if (text !== undefined) write(text);
  const warnings: string[] = [];
  const source = createCredentialFile(path, ({ code }) => warnings.push(code));
  return { ...source, path, write, warnings };
}

t.test("the file's one line is the credential", async (t) => {
  const { read, warnings } = setUp(t, "cred-1\n");
  t.equal(await read(), "cred-1");
  t.same(warnings, []);
});

t.test("a changed file counts at once, however it was changed", async (t) => {
  const { read, write, path } = setUp(t, "cred-1\n");
  await read();
  write("cred-2\n");
  t.equal(await read(), "cred-2", "replaced");
  writeFileSync(path, "cred-3\n");
  t.equal(await read(), "cred-3", "written in place, with the same length");
});

t.test("after a refusal the file counts only if it has changed", async (t) => {
  const { read, reread, write } = setUp(t, "cred-1\n");
  await read();
  t.equal(await reread("cred-1"), undefined);
  write("cred-2\n");
  t.equal(await reread("cred-1"), "cred-2");
  t.equal(await read(), "cred-2");
});

t.test(
  "no file, an unfit one or a folder is invalid_credential with the path and the remedy, and never the text",
  async (t) => {
    const { read, write, path } = setUp(t);
    await t.rejects(read(), {
      code: "invalid_credential",
      message: `No credential in ${path}. It cannot be read (ENOENT). Issue one: meshpass credentials issue.`,
    });
    for (const text of ["", "two secret words", "s".repeat(20_000)]) {
      write(text);
      const error: Error = await read().then(
        () => t.fail("was read"),
        (error) => error,
      );
      t.match(error, { code: "invalid_credential" });
      t.notMatch(error.message, /secret|ssss/);
      t.equal(text.length > 16_384, error.message.includes("larger than a credential can be"));
    }
    rmSync(path);
    mkdirSync(path);
    await t.rejects(read(), { code: "invalid_credential" });
    rmSync(path, { recursive: true });
    write("cred-1");
    t.equal(await read(), "cred-1", "and the first good one works at once");
  },
);

t.test("a file that is gone or half written leaves the last good credential in use, with a warning", async (t) => {
  const { read, write, path, warnings } = setUp(t, "cred-1\n");
  await read();
  rmSync(path);
  t.equal(await read(), "cred-1");
  write("");
  t.equal(await read(), "cred-1");
  t.same(warnings, ["credential_unreadable"], "one for as long as it lasts");
  write("cred-2");
  t.equal(await read(), "cred-2");
  rmSync(path);
  t.equal(await read(), "cred-2");
  t.same(warnings, ["credential_unreadable", "credential_unreadable"], "and another after a good read");
});

t.test("a file that others may read is used, with a warning", async (t) => {
  const { read, path, warnings } = setUp(t, "cred-1\n");
  chmodSync(path, 0o640);
  t.equal(await read(), "cred-1");
  t.equal(await read(), "cred-1");
  t.same(warnings, ["credential_exposed"], "one for as long as it lasts");
});
