import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { awaitParent, createLog, runProcess } from "@meshpass/http-server";
import { createAuthServer } from "./auth-server.ts";
import { readConfig } from "./config/read-config.ts";

const readFile = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

/** The limit of open files as Node has raised it; undefined where there is none. */
const readOpenFiles = (): number | undefined => {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files: { soft: unknown } } };
  return typeof userLimits?.open_files.soft === "number" ? userLimits.open_files.soft : undefined;
};

const { env, stderr, stdout } = process;
if (env.MESHPASS_AWAIT_PARENT === "1" && !(await awaitParent())) process.exit(0);
const read = readConfig({ env, readFile, openFiles: readOpenFiles() });
if ("problems" in read) {
  stderr.write(read.problems.map((problem) => `auth server: ${problem}\n`).join(""));
  process.exit(1);
}
const { config } = read;
const log = createLog({
  name: "auth-server",
  level: env.LOG_LEVEL || "warn",
  human: stderr.isTTY === true,
  write: (line) => void stderr.write(line),
});
if (config.allowHttp) log.warn("MESHPASS_ALLOW_HTTP=1: tokens and keys may cross the network unencrypted");

const server = await createAuthServer(config, log, Date.now).catch((error: Error) => {
  stderr.write(`auth server: ${error.message}\n`);
  process.exit(1);
});
const { host, port, operatorPort, metricsPort } = config;
await runProcess(process, {
  log,
  listeners: [
    { app: server.app, host, port },
    { app: server.operatorApp, host: "127.0.0.1", port: operatorPort },
    { app: server.metricsApp, host: "127.0.0.1", port: metricsPort },
  ],
  followsParent: env.MESHPASS_PARENT_PIPE === "1",
  onClose: () => server.close(),
});
while (!server.readiness().ok) await sleep(20);
const origin = server.app.listeningOrigin.replace(/\/\/(127\.0\.0\.1|\[::1\])/, "//localhost");
stdout.write(`Server auth server on ${origin}\n`);
