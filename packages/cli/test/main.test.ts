import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import t from "tap";
import { map } from "./maps.ts";
import { listOf, receiverOf } from "./receivers.ts";

const main = new URL("../src/main.ts", import.meta.url).pathname;

/** Runs the tool in a process of its own, in `folder`. */
async function meshpass(folder: string, words: readonly string[], { env = {}, input = "" } = {}) {
  const child = spawn(process.execPath, [main, ...words], { cwd: folder, env: { ...process.env, ...env } });
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { stdout, stderr, code };
}

t.test("the exit code is the answer (exit code 0 on failure)", async (t) => {
  const folder = t.testdir({
    config: { "interactions.yaml": map },
    "bad.yaml": map.replace("...", ""),
    "failing.yaml": map.replace("...", "tests: [{caller: m1, deny: [m1]}]\n..."),
  });
  const run = (...words: readonly string[]) => meshpass(folder, words);

  const allowed = "Allowed  m1 => m1: config/interactions.yaml:3\n";
  t.strictSame(await run("check", "m1", "m1"), { stdout: allowed, stderr: "", code: 0 });
  t.match(await run("check", "m1", "m2"), { stdout: /^Denied /, stderr: "", code: 1 });
  t.match(await run("check", "m1", "m2", "--map", "bad.yaml"), { stdout: "", stderr: /does not end with/, code: 2 });
  t.match(await run("validate", "failing.yaml"), { stdout: /the test expects/, stderr: "", code: 4 });
  t.match(await meshpass(folder, ["validate", "-"], { input: map }), { stdout: /^Valid {2}standard input/, code: 0 });
  t.match(await meshpass(folder, ["validate"], { env: { MESHPASS_MAP: "bad.yaml" } }), {
    stdout: /bad\.yaml/,
    code: 3,
  });
});

t.test(
  "bad arguments are exit code 2, since 1 means denied, and are echoed without what a terminal obeys",
  async (t) => {
    const run = (...words: readonly string[]) => meshpass(t.testdir(), words);
    t.match(await run("check", "m1"), { stdout: "", stderr: /missing required argument 'target'/, code: 2 });
    t.match(await run("\u001b[2J"), { stderr: /unknown command '\\u001b\[2J'/, code: 2 });
    t.match(await run(), { stderr: /Usage: meshpass/, code: 2 });
    t.match(await run("--help"), { stdout: /Usage: meshpass/, stderr: "", code: 0 });
  },
);

t.test("a cut waits for the receivers, and says on standard error only what it warns of", async (t) => {
  let looks = 0;
  const receivers = () => listOf(receiverOf("m1", { head: looks++ === 0 ? 16 : 17 }));
  const server = createServer(({ method }, response) => {
    response.end(JSON.stringify(method === "POST" ? { epoch: 1, number: 17, ends: "all", at: 1 } : receivers()));
  }).listen(0, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const env = { MESHPASS_OPERATOR_URL: `http://127.0.0.1:${port}`, MESHPASS_OPERATOR_TOKEN: "operator-token" };
  t.match(await meshpass(t.testdir(), ["cut", "--all", "--wait", "20s"], { env }), {
    stdout: /^all tokens are cut\nin force at 1 of 1 receiver in \d+\.\d s\n$/,
    stderr: "every caller will ask for a new token at once\n",
    code: 0,
  });
  t.equal(looks, 2);
});

t.test("a command that reads no map loads nothing that does", async (t) => {
  const hook = `import { registerHooks } from "node:module";
    const large = /[/]packages[/](policy|actions)[/]|[/]node_modules[/](yaml|undici)[/]/;
    const load = (url, context, next) => (large.test(url) && process.stderr.write(url + "\\n"), next(url, context));
    registerHooks({ load });`;
  const loadedBy = async (...words: readonly string[]) => {
    const preload = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
    const child = spawn(process.execPath, [...preload, main, ...words], {
      cwd: t.testdir(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    return text(child.stderr);
  };
  t.equal(await loadedBy("--help"), "");
  t.match(await loadedBy("check", "m1", "m2"), /[/]policy[/]/, "the control");
});

t.test("a reader that has had enough is no error", async (t) => {
  const child = spawn(process.execPath, [main, "validate", "-"], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdout.destroy();
  child.stdin.end(map);
  const [stderr, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  t.strictSame({ stderr, code }, { stderr: "", code: 0 });
});
