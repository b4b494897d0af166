import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { defaultPorts } from "@meshpass/protocol";

/** Every port that a mesh and its demos listen on when nothing moves them. */
const { metricsOffset, ...own } = defaultPorts;
const servers = [own.authServer, own.m1, own.m2, own.m3];
const demos = [8080, 7001];
export const meshPorts = [...Object.values(own), ...servers.map((port) => port + metricsOffset), ...demos];

/** Two meshes whose offsets are a multiple of this apart have no port in common. */
export const step = 24;
/** The port that stands for an offset, below those that the system hands out for outgoing connections. */
const firstReservation = 31_000;
const least = 500;
const offsets = Math.floor((firstReservation - Math.max(...meshPorts) - least) / step);

/**
 * A `MESHPASS_PORT_OFFSET` whose ports are free, and stay so for whoever asks as this does: it is reserved until this
 * process ends, so that suites that run beside each other never take the same. There are some 900 of them for the whole
 * machine. `choose` says which to try next.
 */
export async function freeOffset(choose = (most: number): number => randomInt(most)): Promise<number> {
  for (;;) {
    const place = choose(offsets);
    const reservation = await listen(firstReservation + place);
    if (reservation === undefined) continue;
    const offset = least + place * step;
    const free = await Promise.all(meshPorts.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
    reservation.close();
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  return server !== undefined;
}

/** Undefined where somebody has the port. */
const listen = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer().unref();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
