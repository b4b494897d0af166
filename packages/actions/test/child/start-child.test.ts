import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import t from "tap";
import { type Child, startChild } from "../../src/child/start-child.ts";
import "../without-tap.ts";

interface Started {
  readonly child: Child;
  readonly lines: string[];
  readonly heard: Promise<void>;
  readonly ended: Promise<string>;
}

function start(text: string, name = "a.js"): Started {
  const lines: string[] = [];
  let hear: () => void = () => undefined;
  let end: (why: string) => void = () => undefined;
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const onLine = (line: string) => {
    lines.push(line);
    hear();
  };
  return { child: startChild([{ name, text }], { onLine, onEnd: end }), lines, heard, ended };
}

const idle = "export function onExecuteCredentialsExchange() {}";

t.test("a process says that it is ready, answers, and ends when it is killed", async (t) => {
  const { child, lines, heard, ended } = start(idle);
  await heard;
  child.send('{"id":1,"event":{"accessToken":{"scope":[]}}}');
  while (lines.length < 2) await new Promise(setImmediate);
  t.strictSame(lines, ['{"kind":"ready"}', '{"kind":"answer","id":1,"verdict":{"claims":{},"ignored":[]}}']);
  child.kill();
  t.equal(await ended, "ended by SIGKILL");
  child.send("what nobody reads");
});

const isLinux = process.platform === "linux";

t.test("it has no environment, no folder of ours and no descriptor of ours", { skip: !isLinux }, async (t) => {
  const before = new Set(childrenOf(process.pid));
  const { child, heard, ended } = start(idle);
  await heard;
  const [pid = 0] = childrenOf(process.pid).filter((each) => !before.has(each));
  t.equal(readFileSync(`/proc/${pid}/environ`, "utf8"), "");
  t.equal(readlinkSync(`/proc/${pid}/cwd`), "/");
  const files = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  t.strictSame(
    files.filter((file) => !/^(\/dev\/null|anon_inode:.*|pipe:.*|socket:.*)$/.test(file)),
    [],
  );
  t.equal(files.filter((file) => file.startsWith("socket:")).length, 1, "the channel");
  child.kill();
  await ended;
});

t.test("it ends when the process that started it is killed", { skip: !isLinux }, async (t) => {
  const parent = `
    import { readFileSync } from "node:fs";
    import { startChild } from ${JSON.stringify(new URL("../../src/child/start-child.ts", import.meta.url).href)};
    const onLine = () => {
      process.stdout.write(readFileSync("/proc/self/task/" + process.pid + "/children", "utf8"));
      setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);
    };
    startChild([{ name: "a.js", text: ${JSON.stringify(idle)} }], { onLine, onEnd: () => undefined });`;
  const words = ["-u", "NODE_OPTIONS", process.execPath, "--input-type=module-typescript", "--eval", parent];
  const { stdout } = spawnSync("env", words, { encoding: "utf8" });
  t.match(stdout, /^\d+ $/);
  let looks = 0;
  for (; looks < 500 && isRunning(stdout.trim()); looks += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  t.ok(looks < 500);
});

/** Whether it runs: one that has ended may be listed until somebody asks for its exit code. */
function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The processes that `pid` started. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);

for (const [what, path] of Object.entries({ "a file that is not there": "/nonexistent/node", "no path": "a\0b" })) {
  t.test(`what cannot be started says so, once: ${what}`, async (t) => {
    const { execPath } = process;
    process.execPath = path;
    const { child, ended } = start(idle);
    process.execPath = execPath;
    t.match(await ended, /^could not be started: /);
    child.send("what nobody reads");
    child.kill();
  });
}

t.test("a process that says too much at once says nothing more that counts", async (t) => {
  // Its answers are bounded, but for what it has to say when it loads.
  const name = "x".repeat(20_000);
  const { child, lines, heard, ended } = start(`throw new Error("y");`, name);
  await heard;
  t.strictSame(lines, [""]);
  child.kill();
  await ended;
});
