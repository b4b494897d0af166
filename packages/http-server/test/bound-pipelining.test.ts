import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createHttpServer, createLog } from "@meshpass/http-server";
import t, { type Test } from "tap";

/** A server that counts what reaches its route, and connections to it that count their answers. */
async function start(t: Test) {
  const log = createLog({ name: "test", level: "silent", human: false, write: () => undefined });
  const app = createHttpServer({ log, ready: () => ({ ok: true, codes: [] }) });
  const state = { handled: 0 };
  app.get("/counted", async () => {
    state.handled += 1;
    return {};
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  t.teardown(() => app.close());
  const open = async () => {
    const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1").setEncoding("utf8");
    t.teardown(() => socket.destroy());
    await once(socket, "connect");
    let text = "";
    socket
      .on("error", () => undefined)
      .on("data", (piece: string) => {
        text += piece;
      });
    const answers = (): number => text.split("HTTP/1.1 200").length - 1;
    /** Sends so many requests in one piece, and waits until they are answered or the connection is over. */
    const send = async (count: number, path = "/counted"): Promise<void> => {
      const expected = answers() + count;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(count));
      while (!socket.closed && answers() < expected) await sleep(2);
    };
    return { socket, answers, send };
  };
  return { state, open };
}

t.test("a connection that sends a hundred requests ahead is answered, again and again", async (t) => {
  const { state, open } = await start(t);
  const { socket, answers, send } = await open();
  for (let round = 0; round < 4; round++) await send(101);
  t.strictSame([state.handled, answers(), socket.closed], [404, 404, false]);
});

t.test(
  "one that sends more is dropped, the rest of what it sent is looked at by nobody, and others go on",
  async (t) => {
    const { state, open } = await start(t);
    const [flooding, honest] = [await open(), await open()];
    await flooding.send(2_000);
    t.ok(flooding.socket.closed);
    t.equal(state.handled, 101);
    const lost = await open();
    await lost.send(2_000, "/nowhere");
    t.ok(lost.socket.closed, "whatever it asks for");
    await honest.send(3);
    t.equal(honest.answers(), 3);
  },
);
