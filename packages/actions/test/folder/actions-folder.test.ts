import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { actionsFolder } from "../../src/folder/actions-folder.ts";
import { folderOf } from "../folder-of.ts";

const namesIn = async (folder: string) => (await actionsFolder(folder, undefined).read()).map(({ name }) => name);

t.test("files of code are read in the order of their names; folders, dot files and others are not", async (t) => {
  const files = { "10-b.ts": "b", "9-a.js": "a", "10-a.mjs": "", "types.d.ts": "", ".draft.ts": "", "README.md": "" };
  const folder = folderOf(t, { ...files, examples: { "c.ts": "" }, "odd.ts": {} });
  t.strictSame(await actionsFolder(folder, undefined).read(), [
    { name: "10-a.mjs", text: "" },
    { name: "10-b.ts", text: "b" },
    { name: "9-a.js", text: "a" },
  ]);
});

t.test("a folder that is empty or not there has no actions", async (t) => {
  const folder = folderOf(t, { examples: {} });
  for (const path of [folder, join(folder, "none")]) {
    const source = actionsFolder(path, undefined);
    t.strictSame(await source.read(), []);
    t.equal(await source.fingerprint(), "");
  }
  t.ok(await actionsFolder(folder, undefined).exists());
  t.notOk(await actionsFolder(join(folder, "none"), undefined).exists());
});

t.test("one file can be meant alone, also one that would not be read", async (t) => {
  const folder = folderOf(t, { "a.ts": "a", "b.ts": "b" });
  t.strictSame(await actionsFolder(folder, "b.ts").read(), [{ name: "b.ts", text: "b" }]);
  await t.rejects(actionsFolder(folder, "c.ts").read(), { code: "unreadable_folder", message: /ENOENT/ });
});

t.test("code whose name is none of an action is an error, not left out", async (t) => {
  for (const name of ["a b.ts", "a.cts", "a.tsx", "a.cjs", "-a.ts", `${"a".repeat(102)}.ts`]) {
    await t.rejects(namesIn(folderOf(t, { [name]: "" })), { code: "invalid_action", message: /must be letters/ }, name);
  }
});

t.test("there are 32 actions at most, of 65,536 bytes each", async (t) => {
  const files = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.ts`, ""]));
  t.equal((await namesIn(folderOf(t, files(32)))).length, 32);
  await t.rejects(namesIn(folderOf(t, files(33))), { code: "invalid_action", message: /more than 32/ });
  t.strictSame(await namesIn(folderOf(t, { "a.ts": "x".repeat(65_536) })), ["a.ts"]);
  await t.rejects(namesIn(folderOf(t, { "a.ts": "x".repeat(65_537) })), { code: "invalid_action", message: /larger/ });
});

t.test("a folder or a file that others may write is refused with the remedy, in one line", async (t) => {
  const folder = folderOf(t, { "a.ts": "" });
  const unsafe = (message: RegExp) => ({ name: "ActionsError", code: "unsafe_folder", message });
  chmodSync(folder, 0o777);
  await t.rejects(namesIn(folder), unsafe(/^Actions are not run: others may write \S+: chmod go-w it\.$/));
  chmodSync(folder, 0o755);
  chmodSync(join(folder, "a.ts"), 0o664);
  await t.rejects(namesIn(folder), unsafe(/a\.ts: chmod go-w it\.$/));
  chmodSync(join(folder, "a.ts"), 0o644);
  t.strictSame(await namesIn(folder), ["a.ts"]);
});

t.test("a file that another user owns is refused", { skip: process.getuid?.() !== 0 && "needs root" }, async (t) => {
  const folder = folderOf(t, { "a.ts": "" });
  chownSync(join(folder, "a.ts"), 12_345, 12_345);
  await t.rejects(namesIn(folder), { code: "unsafe_folder", message: /owned by another user/ });
});

t.test("a link is followed, and where it leads is held to the same rule", async (t) => {
  const folder = folderOf(t, { actions: { shared: { "a.ts": "linked" } }, open: { "b.ts": "" } });
  const actions = join(folder, "actions");
  symlinkSync("shared/a.ts", join(actions, "10-a.ts"));
  t.strictSame(await actionsFolder(actions, undefined).read(), [{ name: "10-a.ts", text: "linked" }]);

  chmodSync(join(folder, "open"), 0o777);
  symlinkSync("../open/b.ts", join(actions, "b.ts"));
  await t.rejects(namesIn(actions), { code: "unsafe_folder", message: /open: chmod go-w it/ });
  rmSync(join(actions, "b.ts"));
  chmodSync(actions, 0o777);
  await t.rejects(namesIn(actions), { code: "unsafe_folder", message: /actions: chmod go-w it/ }, "where the link is");
  chmodSync(actions, 0o755);
  symlinkSync("gone.ts", join(actions, "c.ts"));
  await t.rejects(namesIn(actions), { code: "unreadable_folder", message: /ENOENT/ });
});

t.test("what is no file is refused, and a pipe is not waited for", async (t) => {
  const folder = folderOf(t, {});
  execFileSync("mkfifo", ["-m", "600", join(folder, "a.ts")]);
  await t.rejects(namesIn(folder), { code: "invalid_action", message: /is not a file/ });
});

t.test("a folder that cannot be read is said to be so, without breaking the line", async (t) => {
  const folder = folderOf(t, { "a\u001b": "" });
  await t.rejects(namesIn(join(folder, "a\u001b")), { code: "unreadable_folder", message: /a\\u001b \(ENOTDIR\)/ });
});

t.test("the print changes with every way of saving, and stays while nothing changes", async (t) => {
  const folder = folderOf(t, { "a.ts": "a", "new.txt": "x", old: { "l.ts": "1" }, next: { "l.ts": "2" } });
  const { fingerprint } = actionsFolder(folder, undefined);
  const path = join(folder, "a.ts");
  const changes: Readonly<Record<string, () => void>> = {
    "in place": () => writeFileSync(path, "b"),
    "by rename": () => renameSync(join(folder, "new.txt"), path),
    "of who may write": () => chmodSync(path, 0o600),
    "a link is new": () => symlinkSync("old/l.ts", join(folder, "l.ts")),
    "a link leads elsewhere": () => {
      symlinkSync("next/l.ts", join(folder, "l.tmp"));
      renameSync(join(folder, "l.tmp"), join(folder, "l.ts"));
    },
    "a link leads nowhere": () => rmSync(join(folder, "next"), { recursive: true }),
    "one is gone": () => unlinkSync(path),
  };
  for (const [how, change] of Object.entries(changes)) {
    const before = await fingerprint();
    t.equal(await fingerprint(), before);
    change();
    t.not(await fingerprint(), before, how);
  }
});
