import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { defaultPorts } from "@meshpass/protocol";
import t, { type Test } from "tap";
import { freeOffset } from "../walk/free-offset.ts";
import { until } from "../walk/until.ts";
import { findPnpm } from "./find-pnpm.ts";
import { type Ending, runCommand } from "./run-command.ts";

const root = resolve(import.meta.dirname, "../..");
const pnpm = await findPnpm();

/** A mesh of its own, and no look at what is installed, since tests are at work on it. */
const settings = async (t: Test): Promise<{ readonly port: number; readonly variables: readonly string[] }> => {
  const offset = await freeOffset();
  return {
    port: defaultPorts.core + offset,
    variables: [
      `MESHPASS_PORT_OFFSET=${offset}`,
      `MESHPASS_STATE_DIR=${join(t.testdir(), "state")}`,
      "pnpm_config_verify_deps_before_run=false",
    ],
  };
};

const run = async (t: Test, ...words: string[]): Promise<Ending> =>
  runCommand("env", [...(await settings(t)).variables, ...pnpm, ...words], root);

t.test("pnpm meshpass check ends with 0 for allowed, 1 for denied, 2 for a command that is none", async (t) => {
  t.match(await run(t, "meshpass", "check", "m1", "m2"), { exitCode: 0, stdout: /^Allowed {2}m1 => m2/m });
  t.match(await run(t, "meshpass", "check", "m1", "m3"), { exitCode: 1, stdout: /^Denied {2}m1 => m3/m });
  t.match(await run(t, "meshpass", "check", "m1"), { exitCode: 2, stderr: /missing required argument/ });
});

t.test("pnpm start with a name that is none lists the names and ends with 1", async (t) => {
  t.match(await run(t, "start", "m9"), { exitCode: 1, stderr: /no m9; write one of core, auth-server, m1, m2, m3/ });
});

t.test("pnpm start on a port in use names the port and ends with 1", async (t) => {
  const { port, variables } = await settings(t);
  const server = createServer().listen(port, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  const { exitCode, stderr } = await runCommand("env", [...variables, ...pnpm, "start", "core"], root);
  t.equal(exitCode, 1);
  t.match(stderr, new RegExp(`port ${port} is in use`, "i"));
});

t.test("Ctrl-C ends pnpm start with 0, and nothing is left", async (t) => {
  const { port, variables } = await settings(t);
  // A terminal sends the signal to the whole group, pnpm and the script alike.
  const child = spawn("env", ["-u", "NODE_OPTIONS", ...variables, ...pnpm, "start", "core"], {
    cwd: root,
    detached: true,
  });
  const signal = (name: NodeJS.Signals) => process.kill(-(child.pid ?? Number.NaN), name);
  t.teardown(() => child.exitCode ?? signal("SIGKILL"));
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await until("the core is ready", () => text.includes(`Embedded core on http://localhost:${port}`));
  signal("SIGINT");
  const [exitCode] = await once(child, "exit");
  t.equal(exitCode, 0);
  const server = createServer().listen(port, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
});
