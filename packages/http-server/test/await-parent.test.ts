import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import t, { type Test } from "tap";

const script = join(import.meta.dirname, "waiting-process.ts");

/** A process that has loaded its code and waits, and all that it says. */
async function startWaiting(t: Test) {
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  const said = text(child.stdout);
  await once(child.stdout, "data");
  return { child, said };
}

t.test("a process waits for its parent's word, and sees its end later although nobody listened at once", async (t) => {
  const { child, said } = await startWaiting(t);
  await sleep(50);
  child.stdin.end("go on\n");
  t.equal(await said, "loaded\ngoes on\nhas seen the end\n");
});

t.test("a parent that is gone without a word is told from one that speaks", async (t) => {
  const { child, said } = await startWaiting(t);
  child.stdin.end();
  t.match(await said, /^loaded\nis alone\n/);
});
