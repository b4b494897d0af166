import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Test } from "tap";

/** Many connections that read the feed and look at nothing in it but the place of the last event. */
export interface Listeners {
  /** How many streams are open. */
  open(): number;
  /** How many have had an event of `place`, `<epoch>.<number>`. */
  at(place: string): number;
  /** Bytes that came on all of them. */
  received(): number;
}

const atOnce = 250;

/**
 * Opens `count` streams of `GET /cutoffs` at `origin`, as instances of the services whose `credentials` these are, in turn;
 * they are closed at the test's end.
 */
export async function listenToFeed(
  t: Test,
  origin: string,
  { count, credentials }: { count: number; credentials: readonly string[] },
): Promise<Listeners> {
  const { hostname, port } = new URL(origin);
  const places = new Map<Socket, string>();
  let received = 0;
  const listen = async (index: number): Promise<void> => {
    const credential = credentials[index % credentials.length];
    const socket = connect(Number(port), hostname).setEncoding("latin1");
    socket.on("error", () => undefined).on("close", () => places.delete(socket));
    await once(socket, "connect");
    socket.write(
      `GET /cutoffs?instance=i-${index} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n` +
        `authorization: Bearer ${credential}\r\naccept: text/event-stream\r\n\r\n`,
    );
    socket.on("data", (piece: unknown) => {
      const text = String(piece);
      received += text.length;
      const place = /.*\nid: ([\d.]+)\n/s.exec(text)?.[1];
      if (place !== undefined) places.set(socket, place);
    });
    places.set(socket, "");
  };
  t.teardown(() => {
    for (const socket of places.keys()) socket.destroy();
  });
  for (let opened = 0; opened < count; opened += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, count - opened) }, (_, index) => listen(opened + index)));
  return {
    open: () => [...places.values()].filter((place) => place !== "").length,
    at: (place) => [...places.values()].filter((one) => one === place).length,
    received: () => received,
  };
}
