import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { holdFolder } from "../../src/store/hold-folder.ts";
import { serverFolder } from "../server-folder.ts";

const inUse = { message: /is in use by another auth server; stop that one, or give this one .*MESHPASS_STATE_DIR$/ };

t.test("one holds a folder, and the next when that one has let go", async (t) => {
  const folder = serverFolder(t);
  const release = await holdFolder(folder);
  t.equal(statSync(join(folder, "auth-server.lock")).mode & 0o777, 0o600);
  await t.rejects(holdFolder(folder, 0), inUse);
  release();
  release();
  (await holdFolder(folder, 0))();
});

t.test("one that is about to leave is waited for", async (t) => {
  const folder = serverFolder(t);
  const release = await holdFolder(folder);
  setTimeout(release, 100);
  (await holdFolder(folder))();
});

/** A process that holds `folder`, or says that it cannot. */
async function holdElsewhere(folder: string): Promise<{ readonly said: string; end(): Promise<unknown> }> {
  const source = new URL("../../src/store/hold-folder.ts", import.meta.url).href;
  const text = `const { holdFolder } = await import(${JSON.stringify(source)});
    console.log(await holdFolder(${JSON.stringify(folder)}, 0).then(() => "held", ({ message }) => message));
    setInterval(() => undefined, 1_000);`;
  const other = spawn(process.execPath, ["--input-type=module", "--eval", text], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(other, "exit");
  const [said] = await once(other.stdout, "data");
  const end = () => {
    other.kill("SIGKILL");
    return ended;
  };
  return { said: String(said).trim(), end };
}

t.test("another process is kept away, and one that is killed leaves nothing behind", async (t) => {
  const folder = serverFolder(t);
  const other = await holdElsewhere(folder);
  t.equal(other.said, "held");
  await t.rejects(holdFolder(folder, 0), inUse);
  await other.end();
  (await holdFolder(folder))();
});

t.test("nor does a second try in the process that holds it let another one in", async (t) => {
  const folder = serverFolder(t);
  const release = await holdFolder(folder);
  await t.rejects(holdFolder(folder, 0), inUse);
  const other = await holdElsewhere(folder);
  t.match(other.said, inUse.message);
  await other.end();
  release();
});

t.test("a file that is no lock is said to be none", async (t) => {
  const folder = serverFolder(t, { "auth-server.lock": "x".repeat(4_096) });
  await t.rejects(holdFolder(folder, 0), { message: /not a database/ });
});
