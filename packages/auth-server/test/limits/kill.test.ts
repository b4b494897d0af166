import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import t, { type Test } from "tap";
import { startFakeCore } from "../fake-core.ts";
import { serverFolder } from "../server-folder.ts";
import { until } from "../until.ts";

const map = `version: 1
interactions:
  m1: [m2]
  m2: []
services:
  m1: { quota: { per_day: 3 } }
...
`;
const main = join(import.meta.dirname, "../../src/main.ts");

/** An offset that puts the operator interface on a port that is free now. */
async function freeOffset(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port - 8_100;
}

/** The auth server as a process of its own in the folder `cwd`. */
async function start(t: Test, cwd: string, env: Record<string, string>, offset: number) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const own = { PORT: "0", LOG_LEVEL: "error", MESHPASS_PORT_OFFSET: String(offset) };
  const more = { PATH, NODE_COMPILE_CACHE, ...env, ...own };
  const child = spawn(process.execPath, [main], { cwd, env: more, stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  let stdout = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  await until(() => stdout.endsWith("\n"), 20_000);
  const origin = /(http:\S+)\n$/.exec(stdout)?.[1];
  return {
    kill: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
    issue: async (): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${8_100 + offset}/credentials`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${readFileSync(join(cwd, ".meshpass/operator.jwt"), "utf8").trim()}`,
          "content-type": "application/json",
        },
        body: '{"service":"m1"}',
      });
      return ((await response.json()) as { token: string }).token;
    },
    ask: async (credential: string): Promise<number> => {
      const headers = {
        authorization: `Bearer ${credential}`,
        "content-type": "application/json",
        "cache-control": "no-cache",
      };
      return (await fetch(`${origin}/accesstoken`, { method: "POST", headers, body: '{"target":"m2"}' })).status;
    },
  };
}

t.test("killed between counting a token and minting it, a restart gives no more than the quota", async (t) => {
  const core = await startFakeCore(t);
  const folder = serverFolder(t, { config: { "interactions.yaml": map } });
  const env = { SUPERTOKENS_CONNECTION_URI: core.uri, SUPERTOKENS_API_KEY: core.apiKey };
  const offset = await freeOffset();
  const first = await start(t, folder, env, offset);
  const credential = await first.issue();
  t.equal(await first.ask(credential), 200);
  const { mints } = core;
  core.behave("frozen");
  const unanswered = first.ask(credential).catch(() => "killed");
  await until(() => core.mints > mints);
  await first.kill();
  t.equal(await unanswered, "killed");
  core.behave("works");
  const second = await start(t, folder, env, offset);
  t.equal(await second.ask(credential), 200, "of the three one is lost with the process, and none is won");
  t.equal(await second.ask(credential), 429);
  await second.kill();
});
