import type { AddressInfo } from "node:net";
import { createHttpServer, createLog, createMetrics, type Metrics } from "@meshpass/http-server";
import type { FastifyInstance } from "fastify";
import { announce } from "./announce.ts";

/** The log of a contestant: as of the servers that it stands beside. */
export const log = createLog({
  name: "bench",
  level: "warn",
  human: false,
  write: (line) => void process.stderr.write(line),
});

/** An app as every server of ours starts from, with its metrics. */
export function createApp(metrics: Metrics = createMetrics()): FastifyInstance {
  return createHttpServer({ log, metrics, ready: () => ({ ok: true, codes: [] }) });
}

/** Lets `app` listen on a port that is free, and says which. */
export async function listen(app: FastifyInstance): Promise<void> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  announce((app.server.address() as AddressInfo).port);
}
