import { connect } from "node:net";
import { readAnswer } from "./read-answer.ts";
import type { Tally } from "./tally.ts";

/** One connection that is kept alive and has at most one request under way. */
export interface Connection {
  /** Sends `request` and calls `onEnd` once it has been answered, or the connection has closed before that. */
  send(request: Buffer, onEnd: () => void): void;
  isOpen(): boolean;
  close(): void;
}

/** Opens a connection to `port` of this machine; what it is answered goes into `tally`. */
export async function createConnection(port: number, tally: Tally): Promise<Connection> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let pending: Buffer | undefined;
  let sentAt = 0;
  let isClosing = false;
  let done: (() => void) | undefined;

  const settle = (count: () => void): void => {
    const next = done;
    if (next === undefined) return;
    done = undefined;
    count();
    next();
  };

  socket.on("data", (chunk) => {
    const bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    const head = readAnswer(bytes);
    if (head === undefined || bytes.length < head.end) {
      pending = bytes;
      return;
    }
    pending = undefined;
    const body = () => bytes.toString("utf8", head.bodyStart, head.end);
    settle(() => tally.answer(head.status, body, performance.now() - sentAt));
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    if (isClosing) return;
    tally.fail("connection closed");
    settle(() => undefined);
  });

  return {
    send: (request, onEnd) => {
      done = onEnd;
      sentAt = performance.now();
      socket.write(request);
    },
    isOpen: () => !socket.destroyed,
    close: () => {
      isClosing = true;
      socket.destroy();
    },
  };
}
