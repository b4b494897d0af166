import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Test } from "tap";

/** What a request was, its body read. */
export interface Asked {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What is answered: a status, a body, headers. */
export type Reply = readonly [status: number, body: string, headers?: Record<string, string>];

/** A server that answers as `answer` does, and its origin. */
export async function startServer(t: Test, answer: (asked: Asked) => Reply): Promise<string> {
  const server = createServer(async (request, response) => {
    const [status, body, headers = {}] = answer({
      line: `${request.method?.toLowerCase()} ${request.url}`,
      authorization: request.headers.authorization,
      body: await readBody(request),
    });
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
