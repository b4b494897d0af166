import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What came back over one connection until the server closed it, and when that was, in ms. */
export interface RawAnswer {
  readonly text: string;
  readonly closedAfterMs: number;
}

/** Longer than any server of ours waits for a request; in ms. */
const giveUpMs = 20_000;

/**
 * Writes `parts` as they stand to the server at `url`, `everyMs` apart, and resolves when the connection is closed. This
 * side never closes it before 20 s have passed.
 */
export function sendRaw(url: string, parts: readonly string[], everyMs = 0): Promise<RawAnswer> {
  const started = performance.now();
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const giveUp = setTimeout(() => socket.destroy(), giveUpMs);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  // One that is closed while we write is reset; what came before counts.
  socket.on("error", () => undefined);
  void writeAll();
  return new Promise((resolve) => {
    socket.once("close", () => {
      clearTimeout(giveUp);
      resolve({ text, closedAfterMs: performance.now() - started });
    });
  });

  async function writeAll(): Promise<void> {
    for (const part of parts) {
      if (socket.destroyed) return;
      socket.write(part);
      if (everyMs > 0) await sleep(everyMs);
    }
  }
}

/** The head of `POST url` with these headers, as it goes over the wire; the empty line that ends it is left to the caller. */
export function postHead(url: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: "localhost", "content-type": "application/json", ...headers });
  const { pathname } = new URL(url);
  return [`POST ${pathname} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), ""].join("\r\n");
}
