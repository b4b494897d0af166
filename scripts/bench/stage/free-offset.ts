import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { defaultPorts } from "@meshpass/protocol";

const { metricsOffset, ...own } = defaultPorts;
const meshPorts = Object.values(own).flatMap((port) => [port, port + metricsOffset]);

/** Below the ports that the system hands out for outgoing connections. */
const highest = 32_000 - Math.max(...meshPorts);

/** A `MESHPASS_PORT_OFFSET` whose ports are all free now; by chance, so that two benches differ. */
export async function freeOffset(): Promise<number> {
  for (;;) {
    const offset = randomInt(500, highest);
    const free = await Promise.all(meshPorts.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
