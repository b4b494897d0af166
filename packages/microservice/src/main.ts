import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { awaitParent, createLog, runProcess } from "@meshpass/http-server";
import { isLoopback } from "@meshpass/protocol";
import { readConfig } from "./config.ts";
import { createMicroservice } from "./microservice.ts";
import { profiles } from "./profiles/profiles.ts";

const retryMs = 250;
/** How often a service that was ready once asks whether its refused credential is good again, in ms. */
const recheckMs = 1_000;

const readFile = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

const { argv, env, stderr, stdout } = process;
if (env.MESHPASS_AWAIT_PARENT === "1" && !(await awaitParent())) process.exit(0);
const read = readConfig({ args: argv.slice(2), env, readFile });
if ("problems" in read) {
  stderr.write(read.problems.map((problem) => `microservice: ${problem}\n`).join(""));
  process.exit(1);
}
const { config } = read;
const { name, host, metricsPort } = config;
const log = createLog({
  name,
  level: env.LOG_LEVEL || "warn",
  human: stderr.isTTY === true,
  write: (line) => void stderr.write(line),
});

const print = (line: string) => void stdout.write(`${line}\n`);
const profile = profiles.get(name)?.({ authServer: config.authServer, print });
const service = await createMicroservice(config, log, profile);
await runProcess(process, {
  log,
  listeners: [
    { app: service.app, host, port: config.port },
    { app: service.metricsApp, host: "127.0.0.1", port: metricsPort },
  ],
  followsParent: env.MESHPASS_PARENT_PIPE === "1",
  onClose: service.close,
});
for (await service.prepare(); !service.readiness().ok; await service.prepare()) await sleep(retryMs);
const { port } = service.app.server.address() as AddressInfo;
const url = `http://${isLoopback(host) ? "localhost" : host}:${port}`;
print(profile?.greet(url) ?? `Running microservice ${name} on ${url}`);
for (;;) {
  await sleep(recheckMs, undefined, { ref: false });
  await service.prepare();
}
