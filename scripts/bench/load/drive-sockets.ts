import { performance } from "node:perf_hooks";
import { type Connection, createConnection } from "./create-connection.ts";
import type { Driven, Job } from "./job.ts";
import { createTally } from "./tally.ts";
import { writeRequest } from "./write-request.ts";

/**
 * Does `job` on raw sockets, one request at a time on each. Ours and not autocannon, since that knows no round shorter
 * than a second, keeps no bodies, and costs more CPU for a request (24 us, ours 17) than bare Fastify does for its answer.
 */
export async function driveSockets(job: Job): Promise<Driven> {
  const tally = createTally();
  const requests = job.requests.map((request) => writeRequest(request, job.port));
  const open = Array.from({ length: job.connections }, () => createConnection(job.port, tally));
  const connections = await Promise.all(open);
  const next = takeTurns(requests);
  const begun = performance.now();
  const utilization = performance.eventLoopUtilization();
  const end = begun + job.seconds * 1_000;
  if (job.rate === undefined) await Promise.all(connections.map((each) => driveOne(each, next, end)));
  else await driveAtRate(connections, next, { end, rate: job.rate });
  const { utilization: busy } = performance.eventLoopUtilization(utilization);
  const seconds = (performance.now() - begun) / 1_000;
  for (const connection of connections) connection.close();
  return { ...tally.result(), seconds, idle: 1 - busy };
}

function takeTurns<T>(all: readonly T[]): () => T {
  let at = 0;
  return () => all[at++ % all.length] as T;
}

/** As fast as it is answered; one that has closed is done. */
const driveOne = (connection: Connection, next: () => Buffer, end: number): Promise<void> =>
  new Promise((resolve) => {
    const again = (): void => {
      if (performance.now() < end && connection.isOpen()) connection.send(next(), again);
      else resolve();
    };
    again();
  });

const tickMs = 2;

/** As many a second as wanted, as long as connections are free: what finds none goes out when one is. */
function driveAtRate(
  connections: readonly Connection[],
  next: () => Buffer,
  { end, rate }: { readonly end: number; readonly rate: number },
): Promise<void> {
  const free = [...connections];
  const begun = performance.now();
  let sent = 0;
  const send = (): void => {
    const due = ((performance.now() - begun) / 1_000) * rate;
    for (; sent < due; sent += 1) {
      const connection = free.pop();
      if (connection === undefined) return;
      if (connection.isOpen()) connection.send(next(), () => free.push(connection));
    }
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (performance.now() < end) return send();
      if (free.length < connections.length && performance.now() < end + 5_000) return;
      clearInterval(timer);
      resolve();
    }, tickMs);
  });
}
