import { spawn } from "node:child_process";
import { join } from "node:path";
import { paths } from "@meshpass/protocol";
import t, { type Test } from "tap";
import { startAuthServer } from "./fakes.ts";

const main = join(import.meta.dirname, "..", "src", "main.ts");

/** Runs main.ts in a folder of its own; `line` waits for the first line of its output. */
function run(t: Test, args: string[], env: Record<string, string>) {
  const folder = t.testdir({
    config: { "services.yaml": "m1: { url: http://localhost:8001 }\nm2: { url: http://localhost:8002 }\n" },
  });
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const line = new Promise<string>((resolve) => {
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      if (stdout.includes("\n")) resolve(stdout);
    });
  });
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, line, exit, stderr: () => stderr };
}

t.test("it says where it runs once it is ready, answers there, and SIGTERM ends it with 0", async (t) => {
  let refusals = 1;
  const auth = await startAuthServer(t, ({ url }) =>
    url === paths.accessToken && refusals-- > 0 ? [401, { error: "invalid_credential" }] : undefined,
  );
  const { child, line, exit } = run(t, ["m1"], {
    PORT: "0",
    MESHPASS_AUTH_SERVER: auth.url,
    MESHPASS_CREDENTIAL: "cred-1",
  });
  const text = await line;
  t.match(text, /^Running microservice m1 on http:\/\/localhost:[1-9][0-9]*\n$/);
  const url = text.trim().split(" ").at(-1);
  t.equal((await fetch(`${url}/readyz`)).status, 200);
  t.equal((await fetch(`${url}/hello`)).status, 401);
  child.kill("SIGTERM");
  t.equal(await exit, 0);
});

t.test(
  "an unknown name, and whatever else is wrong, is said at once, and the exit code is 1 (m2m-auth: unknown names)",
  async (t) => {
    const { exit, stderr } = run(t, ["banana"], { PORT: "x" });
    t.equal(await exit, 1);
    t.same(stderr().trim().split("\n").sort(), [
      'microservice: PORT is "x": write a number from 0 to 64535 (metrics are 1000 above)',
      "microservice: give the name of one service of services.yaml: m1, m2",
    ]);
  },
);

t.test("a port in use is one line that names it, and the exit code is 1", async (t) => {
  const auth = await startAuthServer(t);
  const { port } = new URL(auth.url);
  const { exit, stderr } = run(t, ["m1"], {
    PORT: port,
    MESHPASS_AUTH_SERVER: auth.url,
    MESHPASS_CREDENTIAL: "cred-1",
  });
  t.equal(await exit, 1);
  t.match(stderr(), new RegExp(`^meshpass: port ${port} is in use[^\n]*\n$`));
});
