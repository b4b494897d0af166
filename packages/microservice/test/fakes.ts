import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createLog } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import { createKeys } from "@meshpass/verifier";
import type { Test } from "tap";
import { createFakeFeed } from "./fake-feed.ts";
import { jwks, signAs } from "./fake-keys.ts";

/** An access token of m1 for m2 that is good now, with `changes` to its claims. */
export const signToken = (changes: Record<string, unknown> = {}): string =>
  signAs("d-test", { sub: "m1", aud: "m2", token_use: "access", map: 1, gen: "1.0", ...changes });

export async function loadedKeys(t: Test) {
  const keys = createKeys({ load: async () => jwks });
  t.teardown(() => keys.close());
  await keys.refresh();
  return keys;
}

/** A log that keeps its lines. */
export function createTestLog() {
  const lines: string[] = [];
  const log = createLog({ name: "test", level: "info", human: false, write: (line) => void lines.push(line) });
  return { log, lines };
}

export async function startServer(t: Test, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  t.teardown(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, stop };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** An auth server that publishes the test keys and a feed, and gives every caller a token, unless `answer` says otherwise. */
export async function startAuthServer(
  t: Test,
  answer: (request: IncomingMessage) => [number, unknown] | undefined = () => undefined,
) {
  const feed = createFakeFeed();
  const server = await startServer(t, (request, response) => {
    const other = answer(request);
    if (other !== undefined) return sendJson(response, ...other);
    if (request.url === paths.jwks) return sendJson(response, 200, jwks);
    if (request.url?.startsWith(`${paths.cutoffs}?`) || request.url === paths.cutoffs) return feed.serve(response);
    if (request.url === paths.confirmations) return sendJson(response, 200, {});
    sendJson(response, 200, { accessToken: signToken(), tokenType: "Bearer", expiresIn: 300 });
  });
  return { ...server, feed };
}
