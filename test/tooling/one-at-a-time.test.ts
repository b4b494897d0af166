import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { oneAtATime } from "../../scripts/one-at-a-time.ts";

t.test("one waits for the other, and says so once", async (t) => {
  const name = `test ${process.pid}`;
  const events: string[] = [];
  const run = (who: string) =>
    oneAtATime(
      name,
      () => events.push(`${who} waits`),
      async () => {
        events.push(`${who} begins`);
        await sleep(50);
        events.push(`${who} ends`);
      },
    );
  await Promise.all([run("a"), sleep(10).then(() => run("b"))]);
  t.same(events, ["a begins", "b waits", "a ends", "b begins", "b ends"]);
});

t.test("a run that was killed keeps nobody out", async (t) => {
  const name = `test ${process.pid} killed`;
  const script = `
    import { oneAtATime } from ${JSON.stringify(new URL("../../scripts/one-at-a-time.ts", import.meta.url).href)};
    await oneAtATime(${JSON.stringify(name)}, () => {}, async () => {
      console.log("begun");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn("env", [
    "-u",
    "NODE_OPTIONS",
    process.execPath,
    "--input-type=module-typescript",
    "--eval",
    script,
  ]);
  await once(createInterface({ input: child.stdout }), "line");
  child.kill("SIGKILL");
  await once(child, "exit");
  let begun = false;
  await oneAtATime(
    name,
    () => undefined,
    async () => {
      begun = true;
    },
  );
  t.ok(begun);
});

t.test("what fails lets the next one in", async (t) => {
  const name = `test ${process.pid} failed`;
  const fails = () => Promise.reject(new Error("it failed"));
  await t.rejects(
    oneAtATime(name, () => undefined, fails),
    /it failed/,
  );
  t.equal(
    await oneAtATime(
      name,
      () => t.fail("nobody is there"),
      async () => 7,
    ),
    7,
  );
});
