import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { type Config, createAuthServer } from "../src/index.ts";
import { type FakeCore, startFakeCore } from "./fake-core.ts";
import { serverFolder } from "./server-folder.ts";
import { createTestLog } from "./test-log.ts";
import { until } from "./until.ts";

/** Who may call whom in most tests: the map that ships. */
export const shippedMap = mapOf("  m1: [m1, m2]", "  m2: [m1, m2]", "  m3: [m1]");

export function mapOf(...interactions: string[]): string {
  return `version: 1\ninteractions:\n${interactions.join("\n")}\n...\n`;
}

/** A whole auth server over a fake core, in a folder of its own, with a clock that a test can move. */
export async function startServer(
  t: Test,
  options: { map?: string; config?: Partial<Config>; core?: FakeCore; offsetMs?: number } = {},
) {
  const core = options.core ?? (await startFakeCore(t));
  const folder = options.config?.stateFolder ?? serverFolder(t, { "interactions.yaml": options.map ?? shippedMap });
  const mapPath = join(folder, "interactions.yaml");
  const config: Config = {
    host: "127.0.0.1",
    port: 0,
    operatorPort: 0,
    metricsPort: 0,
    stateFolder: folder,
    mapPath,
    actionsFolder: join(folder, "actions"),
    core: { uri: core.uri, apiKey: core.apiKey, embedded: true },
    accessTokenLifetimeSeconds: 300,
    safeLifetimeSeconds: undefined,
    legacyCredentials: true,
    developmentServices: [],
    maxStreams: 1_000,
    tls: undefined,
    issuer: "https://auth.example",
    requireDpopNonce: false,
    limits: { perClient: undefined, failures: undefined, failuresPerAddress: undefined },
    allowHttp: false,
    ...options.config,
  };
  const time = { offsetMs: options.offsetMs ?? 0 };
  const clock = () => Date.now() + time.offsetMs;
  const { log, lines } = createTestLog();
  const server = await createAuthServer(config, log, clock);
  const stop = async (): Promise<void> => {
    await Promise.all([server.app.close(), server.operatorApp.close(), server.metricsApp.close()]);
    await server.close();
  };
  t.teardown(stop);

  let listening: Promise<string> | undefined;
  const follow = async (credential: string, instance: string): Promise<void> => {
    listening ??= server.app.server.listening
      ? Promise.resolve(server.app.listeningOrigin)
      : server.app.listen({ host: "127.0.0.1", port: 0 });
    const headers = { accept: "text/event-stream", authorization: `Bearer ${credential}` };
    const { body } = await fetch(`${await listening}/cutoffs?instance=${instance}`, { headers });
    void body?.pipeTo(new WritableStream()).catch(() => undefined);
  };
  const operatorToken = () => readFileSync(join(folder, "operator.jwt"), "utf8").trim();
  const operate = (method: "GET" | "POST" | "DELETE", url: string, payload?: object) =>
    server.operatorApp.inject({
      method,
      url,
      headers: { authorization: `Bearer ${operatorToken()}` },
      ...(payload === undefined ? {} : { payload }),
    });
  return {
    ...server,
    core,
    folder,
    mapPath,
    clock,
    time,
    log: lines,
    stop,
    operate,
    /** Opens a stream of the feed for this instance of the service whose credential it is; it ends with the server. */
    follow,
    isReady: () =>
      until(() => server.readiness().ok).catch((cause: Error) => {
        throw new Error(`not ready: ${server.readiness().codes.join(", ")}\n${lines.join("")}`, { cause });
      }),
    saveMap: (text: string) => writeFileSync(mapPath, text),
    /** Waits until the map in force has this number. */
    isInForce: (number: number) => until(async () => (await operate("GET", "/status")).json().map.number === number),
    /** A credential from the operator interface, as `meshpass credentials issue` gets one. */
    issue: async (service: string): Promise<{ token: string; jti: string }> =>
      (await operate("POST", "/credentials", { service })).json(),
    /** What `POST /accesstoken` answers to a credential and a body; a token is minted anew unless `headers` say otherwise. */
    ask: (credential: string | undefined, body: unknown = { target: "m2" }, headers: Record<string, string> = {}) =>
      server.app.inject({
        method: "POST",
        url: "/accesstoken",
        headers: {
          "content-type": "application/json",
          "cache-control": "no-cache",
          ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
          ...headers,
        },
        payload: typeof body === "string" ? body : JSON.stringify(body),
      }),
    /** The lines of today's decisions that `wanted` picks, once `count` of them are there. */
    decisions: async (
      count: number,
      wanted: (line: Record<string, unknown>) => boolean = () => true,
    ): Promise<Record<string, unknown>[]> => {
      const path = join(folder, `decisions-${new Date(clock()).toISOString().slice(0, 10)}.jsonl`);
      const lines = () => (existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : []);
      const read = () =>
        lines()
          .map((line) => JSON.parse(line))
          .filter(wanted);
      await until(() => read().length >= count);
      return read();
    },
  };
}
