import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Test } from "tap";

export interface SeenRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server on a port of its own that remembers what it was asked. */
export interface FakeServer {
  readonly url: string;
  readonly seen: SeenRequest[];
  readonly sockets: Set<Socket>;
  /** How many connections were ever opened to it. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

export type Reply = (request: SeenRequest, response: ServerResponse) => void;

export async function startServer(t: Test, reply: Reply, port = 0): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener: RequestListener = async (request, response) => {
    const { method, url, headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(one);
    reply(one, response);
  };
  const server = createServer((request, response) => void Promise.resolve(listener(request, response)).catch(() => {}));
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  t.teardown(stop);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, seen, sockets, connections: () => connections, stop };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Grants every request: `token-1`, `token-2` and so on, each for `expiresIn` seconds. */
export function grant(expiresIn = 300): Reply {
  let minted = 0;
  return (_, response) => {
    minted += 1;
    sendJson(response, 200, { accessToken: `token-${minted}`, tokenType: "Bearer", expiresIn });
  };
}

/** A time that moves only when told to, in milliseconds. */
export function fakeClock(now = 1_800_000_000_000) {
  const clock = () => now;
  return { clock, advance: (ms: number) => (now += ms) };
}

/** Waits until `holds`, looking again after each turn of the event loop; the test's own limit ends a hang. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
