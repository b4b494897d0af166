import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Test } from "tap";
import { createKeys, type RemoteCutoffsOptions, remoteCutoffs } from "../../src/index.ts";
import { coreKey, FakeFeed } from "./fake-feed.ts";
import { tokenKey } from "./start-cutoffs.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What a confirmation brought. */
interface Confirmed {
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

/** The feed over HTTP, as an auth server serves it, in real time. */
export async function startFeedServer(t: Test) {
  const feed = new FakeFeed(Date.now);
  const streams = new Set<ServerResponse>();
  const requests: IncomingMessage[] = [];
  const confirmed: Confirmed[] = [];
  const server: { answer: Answer; confirm: Answer } = {
    answer(request, response) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.on("close", () => streams.delete(response));
      streams.add(response);
      write(response, "certificate", feed.certificate());
      const [epoch, head] = String(request.headers["last-event-id"] ?? "")
        .split(".")
        .map(Number);
      const resumes = epoch === feed.epoch && head !== undefined && head <= feed.head;
      write(response, "envelope", resumes ? feed.delta(head) : feed.snapshot());
    },
    confirm: (_request, response) => response.writeHead(204).end(),
  };
  const http = createServer((request, response) => {
    if (request.method !== "POST") {
      requests.push(request);
      return server.answer(request, response);
    }
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      confirmed.push({ authorization: request.headers.authorization, body: JSON.parse(body) });
      server.confirm(request, response);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  t.teardown(() => {
    http.closeAllConnections();
    return new Promise((resolve) => http.close(resolve));
  });

  const write = (response: ServerResponse, type: string, data: string) =>
    response.write(`event: ${type}\nid: ${feed.epoch}.${feed.head}\ndata: ${data}\n\n`);

  return {
    server,
    feed,
    requests,
    confirmed,
    streams,
    url: `http://127.0.0.1:${port}/cutoffs`,
    /** Sends an envelope to all who listen. */
    send(data: string) {
      for (const response of streams) write(response, "envelope", data);
    },
    /** Breaks every connection. */
    breakOff() {
      for (const response of streams) response.destroy();
    },
  };
}

/** A receiver of that feed. */
export async function startReceiver(t: Test, url: string, more: Partial<RemoteCutoffsOptions> = {}) {
  const published = { keys: [coreKey.jwk, tokenKey.jwk], loads: 0 };
  const load = async () => {
    published.loads += 1;
    return published;
  };
  // Only what is tested here loads them again, no schedule of their own.
  const timers = { setTimeout: () => ({}), clearTimeout: () => undefined };
  const keys = createKeys({ load, timers });
  const failures: string[] = [];
  const onFailure = ({ message }: Error) => void failures.push(message);
  const cutoffs = remoteCutoffs({ url, keys, onFailure, ...more });
  t.teardown(async () => {
    await cutoffs.close();
    keys.close();
  });
  return { keys, cutoffs, failures, published };
}
