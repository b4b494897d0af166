import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { defaultPorts } from "@meshpass/protocol";

/** Every port that a mesh listens on when nothing moves it. */
const { metricsOffset, ...own } = defaultPorts;
const servers = [own.authServer, own.m1, own.m2, own.m3];
const meshPorts = [...Object.values(own), ...servers.map((port) => port + metricsOffset)];

/** Below the ports that the system hands out for outgoing connections. */
const highest = 31_000 - Math.max(...meshPorts);

/** A `MESHPASS_PORT_OFFSET` whose ports are all free now, chosen at random so that runs beside each other differ. */
export async function freeOffset(): Promise<number> {
  for (;;) {
    const offset = randomInt(500, highest);
    const free = await Promise.all(meshPorts.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
