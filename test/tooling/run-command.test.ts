import t from "tap";
import { readOutput, runCommand } from "./run-command.ts";

const node = (code: string) => runCommand(process.execPath, ["--eval", code], import.meta.dirname);

t.test("a command's prints, its exit code and the signal that ended it are told", async (t) => {
  t.strictSame(await node("console.log(1); console.error(2); process.exitCode = 3"), {
    exitCode: 3,
    stdout: "1\n",
    stderr: "2\n",
  });
  t.match(await node("process.kill(process.pid, 'SIGKILL')"), { exitCode: "SIGKILL" });
  t.match(await runCommand("no-such-command", [], import.meta.dirname), { exitCode: 127 });
});

t.test("a command knows nothing of what runs the test: no loader of tap, no setting of pnpm", async (t) => {
  process.env.npm_execpath ??= "pnpm";
  const { stdout } = await node("console.log(Object.keys(process.env).join('\\n'))");
  t.notMatch(stdout, /^(NODE_OPTIONS|npm_)/m);
  t.match(stdout, /^PATH$/m);
});

t.test("a command that must succeed and does not says what it said", async (t) => {
  t.equal(await readOutput(process.execPath, ["--print", "1"], import.meta.dirname), "1\n");
  const failing = readOutput(
    process.execPath,
    ["--eval", "console.log('out'); console.error('err'); process.exit(4)"],
    ".",
  );
  await t.rejects(failing, { message: /ended with 4\nout\nerr\n$/ });
});
