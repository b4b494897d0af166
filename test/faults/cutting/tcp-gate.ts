import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Test } from "tap";

/** A server at another address, which can be cut off from whoever comes that way. */
export interface TcpGate {
  readonly url: string;
  /** Breaks every connection, and takes none. */
  close(): void;
  /** Takes connections and passes nothing on, either way; what was sent meanwhile waits. */
  freeze(): void;
  open(): void;
}

/** Starts a gate before the server at `origin`, an open one. */
export async function startTcpGate(t: Test, origin: string): Promise<TcpGate> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Socket>();
  let state: "open" | "closed" | "frozen" = "open";
  const adopt = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  };
  const join = (from: Socket, to: Socket): void => {
    adopt(from);
    from.on("data", (piece) => void to.write(piece)).once("close", () => to.destroy());
    if (state === "frozen") from.pause();
  };
  const server = createServer((incoming) => {
    if (state === "closed") return void incoming.on("error", () => undefined).destroy();
    const outgoing = connect(Number(port), hostname);
    join(incoming, outgoing);
    join(outgoing, incoming);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  t.teardown(() => {
    server.close();
    destroyAll();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      state = "closed";
      destroyAll();
    },
    freeze: () => {
      state = "frozen";
      for (const socket of sockets) socket.pause();
    },
    open: () => {
      state = "open";
      for (const socket of sockets) socket.resume();
    },
  };
}
