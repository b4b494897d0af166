import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { paths } from "@meshpass/protocol";
import type { Test } from "tap";

/** The auth server at another address, where its page of keys alone can be made unreachable. */
export interface JwksGate {
  readonly url: string;
  /** From now on whoever asks for the keys is hung up on. */
  shut(): void;
  open(): void;
  /** How many asked for the keys: those that got them, and those that did not. */
  loads(): { readonly passed: number; readonly refused: number };
}

/** Starts a gate before the server at `origin`; everything but the keys always passes. */
export async function startJwksGate(t: Test, origin: string): Promise<JwksGate> {
  let isShut = false;
  let passed = 0;
  let refused = 0;
  const server = createServer((incoming, answer) => {
    const isLoad = incoming.url === paths.jwks;
    if (isLoad && isShut) {
      refused += 1;
      return incoming.socket.destroy();
    }
    if (isLoad) passed += 1;
    forward(origin, incoming, answer);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const shut = () => {
    isShut = true;
  };
  const open = () => {
    isShut = false;
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, shut, open, loads: () => ({ passed, refused }) };
}

function forward(origin: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method = "GET", url = "/", headers } = incoming;
  const outgoing = request(new URL(url, origin), { method, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.on("error", () => answer.destroy()).pipe(answer);
  });
  outgoing.on("error", () => answer.destroy());
  incoming.on("error", () => outgoing.destroy()).pipe(outgoing);
}
