import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, sendAnswer, text } from "./answer.ts";
import { CoreError } from "./core-error.ts";

/** An HTTP server with every length of time and every size bounded. */
export interface HttpListener {
  /** @throws CoreError `port_unavailable`. */
  listen(host: string, port: number): Promise<string>;
  close(graceMs: number): Promise<void>;
}

/** Milliseconds. An idle connection is kept for as long as the real core's web server keeps it. */
const usualTimeouts = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
};
const maxHeaderSize = 16_384;
const maxConnections = 512;

/**
 * Serves what `answer` gives. Where `answer` fails, the caller gets a 500 with no word of the cause, which goes to
 * `onError`. Malformed HTTP never gets that far: Node answers it with 400, 408, 413 or 431 by itself.
 */
export function createHttpListener(
  answer: (request: IncomingMessage) => Promise<Answer>,
  onError: (error: unknown) => void,
  timeouts = usualTimeouts,
): HttpListener {
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await answer(request).catch((error): Answer => {
      // A caller that went away is no failure of the core.
      if (!response.destroyed) onError(error);
      return text(500, "Internal Error");
    });
    sendAnswer(response, reply, !server.listening);
  }

  const server = createServer({ ...timeouts, maxHeaderSize }, (request, response) => void respond(request, response));
  server.maxConnections = maxConnections;

  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        const refuse = (error: NodeJS.ErrnoException): void => reject(unavailable(host, port, error));
        server.once("error", refuse);
        server.listen(port, host, () => {
          server.off("error", refuse);
          resolve(urlOf(server.address() as AddressInfo));
        });
      }),
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      }),
  };
}

const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;

function unavailable(host: string, port: number, cause: NodeJS.ErrnoException): CoreError {
  const message =
    cause.code === "EADDRINUSE"
      ? `Port ${port} is in use: stop what uses it, set PORT to another one, or move a whole mesh with MESHPASS_PORT_OFFSET.`
      : `Cannot listen on ${host}, port ${port} (${cause.code}): set HOST and PORT to what this machine offers.`;
  return new CoreError("port_unavailable", message, { cause });
}
