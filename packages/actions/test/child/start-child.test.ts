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
