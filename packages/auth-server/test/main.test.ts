import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import t from "tap";
import { startFakeCore } from "./fake-core.ts";
import { shippedMap } from "./start-server.ts";
import { until } from "./until.ts";

const main = join(import.meta.dirname, "../src/main.ts");

/** The auth server as a process of its own, in the folder `cwd`, with `env` and nothing else of ours but what makes it start soon. */
function start(cwd: string, env: Record<string, string>) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [main], { cwd, env: { PATH, NODE_COMPILE_CACHE, ...env } });
  const output = { stdout: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  return { child, output, stderr: text(child.stderr), exit: once(child, "exit").then(([code]) => code) };
}

/** An offset that puts the operator interface on a port that is free now. */
async function freeOffset(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return String(port - 8_100);
}

t.test("a broken environment is all its problems, a line each, and exit code 1 (exit code 0 on failure)", async (t) => {
  const { stderr, exit } = start(t.testdir(), { PORT: "x", SUPERTOKENS_API_KEY: "secret-key" });
  t.equal(await exit, 1);
  t.match(
    await stderr,
    /^auth server: PORT .*\nauth server: SUPERTOKENS_API_KEY is set.*\nauth server: no api key in .*\n$/,
  );
  t.notMatch(await stderr, /secret-key/);
});

t.test("a state folder that cannot be used is one line and exit code 1", async (t) => {
  const env = { SUPERTOKENS_CONNECTION_URI: "http://127.0.0.1:1", MESHPASS_STATE_DIR: "file/state" };
  const { stderr, exit } = start(t.testdir({ file: "" }), env);
  t.equal(await exit, 1);
  t.match(await stderr, /^auth server: ENOTDIR[^\n]*file\/state[^\n]*\n$/);
});

t.test("a damaged store is one line that names the file and what to do, and exit code 1", async (t) => {
  const env = { SUPERTOKENS_CONNECTION_URI: "http://127.0.0.1:1", MESHPASS_STATE_DIR: "state" };
  const folder = t.testdir({ state: { "auth-server.sqlite": "this is no database at all. ".repeat(40) } });
  const { stderr, exit } = start(folder, env);
  t.equal(await exit, 1);
  t.match(await stderr, /^auth server: state\/auth-server\.sqlite cannot be used as the store .*move it away[^\n]*\n$/);
});

t.test("it says where it listens once it is ready, and ends in order when asked", async (t) => {
  const core = await startFakeCore(t);
  const { child, output, exit, stderr } = start(t.testdir({ config: { "interactions.yaml": shippedMap } }), {
    SUPERTOKENS_CONNECTION_URI: core.uri,
    SUPERTOKENS_API_KEY: core.apiKey,
    MESHPASS_PORT_OFFSET: await freeOffset(),
    PORT: "0",
  });
  t.teardown(() => child.kill("SIGKILL"));
  await until(() => output.stdout.endsWith("\n"), 20_000);
  const address = /^Server auth server on (http:\/\/localhost:\d+)\n$/.exec(output.stdout)?.[1];
  t.equal((await fetch(`${address}/readyz`)).status, 200);
  child.kill("SIGTERM");
  t.equal(await exit, 0);
  // On a machine that is starved a first load of the keys may come too late, which is a warning.
  const lines = (await stderr).split("\n").filter((line) => line !== "" && !line.includes("keys could not be read"));
  t.strictSame(lines, []);
});
