import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { paths } from "@meshpass/protocol";
import { answerParent } from "../stage/answer-parent.ts";

export interface ListenersQuestion {
  readonly port: number;
  readonly count: number;
}

const atOnce = 250;
const sockets: Socket[] = [];

async function listen(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  await once(socket, "connect");
  socket.write(`GET ${paths.cutoffs} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/event-stream\r\n\r\n`);
  await once(socket, "data");
  sockets.push(socket.resume());
}

// Opens many streams of the feed and reads them without looking; they stay open as long as this process.
answerParent(async ({ port, count }: ListenersQuestion) => {
  for (let opened = 0; opened < count; opened += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, count - opened) }, () => listen(port)));
  return { open: sockets.filter(({ destroyed }) => !destroyed).length };
});
