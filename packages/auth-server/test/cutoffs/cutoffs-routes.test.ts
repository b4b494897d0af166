import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createHttpServer } from "@meshpass/http-server";
import t, { type Test } from "tap";
import { mountCutoffs } from "../../src/cutoffs/cutoffs-routes.ts";
import type { Feed, Subscription } from "../../src/cutoffs/feed.ts";
import { createTestLog } from "../test-log.ts";
import { until } from "../until.ts";

/** Routes over a feed that does nothing but hold its subscriptions, and connections to them. */
async function start(t: Test, maxSubscribers?: number) {
  const subscriptions = new Set<Subscription>();
  const feed = {
    answer: () => ({ certificate: "c", envelope: "e" }),
    subscribe: (subscription: Subscription) => {
      subscriptions.add(subscription);
      subscription.send("event: certificate\ndata: c\n\n");
      return () => void subscriptions.delete(subscription);
    },
    subscribers: () => subscriptions.size,
    close: () => {
      for (const { end } of subscriptions) end();
    },
  } as unknown as Feed;
  const app = createHttpServer({ log: createTestLog().log, ready: () => ({ ok: true, codes: [] }) });
  mountCutoffs(app, {
    feed,
    authenticate: async () => ({ service: "m1", checkInstance: () => undefined }),
    onConfirmation: () => undefined,
    ...(maxSubscribers === undefined ? {} : { maxSubscribers }),
  });
  t.teardown(() => app.close());
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  const open = async (): Promise<IncomingMessage> => {
    const outgoing = request(`${origin}/cutoffs`, { headers: { accept: "text/html, text/event-stream;q=0.5" } });
    outgoing.on("error", () => undefined).end();
    t.teardown(() => outgoing.destroy());
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    answer.on("error", () => undefined);
    return answer;
  };
  return { app, subscriptions, open };
}

t.test("a receiver that does not read is let go before it holds more than a few megabytes", async (t) => {
  const { subscriptions, open } = await start(t);
  const answer = await open();
  answer.pause();
  const [subscription] = [...subscriptions];
  const megabyte = "x".repeat(1_048_576);
  let sent = 0;
  for (; sent < 100 && subscriptions.size > 0; sent++) {
    subscription?.send(megabyte);
    await new Promise(setImmediate);
  }
  t.ok(sent < 30, `${sent} MB, the system's own buffers included`);
  t.equal(subscriptions.size, 0);
  subscription?.send(megabyte);
  subscription?.end();
  t.pass("and what comes later is nobody's");
});

t.test("a receiver that goes away is forgotten", async (t) => {
  const { subscriptions, open } = await start(t);
  const answer = await open();
  t.equal(subscriptions.size, 1);
  answer.destroy();
  await until(() => subscriptions.size === 0);
  t.pass();
});

t.test("there is an end to how many listen at once", async (t) => {
  const { open } = await start(t, 2);
  t.strictSame([(await open()).statusCode, (await open()).statusCode, (await open()).statusCode], [200, 200, 503]);
});

t.test("a server that ends does not wait for its streams", async (t) => {
  const { app, open } = await start(t);
  const answer = await open();
  answer.resume();
  const ended = once(answer, "end");
  const begun = performance.now();
  await app.close();
  await ended;
  t.ok(performance.now() - begun < 1_000);
});

t.test("a stream that waits behind another answer of its connection is refused, and holds nothing", async (t) => {
  const { app, subscriptions } = await start(t);
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  socket.write("GET /cutoffs HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".repeat(50));
  await until(() => subscriptions.size > 0);
  // The others came in the same piece.
  await app.inject("/livez");
  t.equal(subscriptions.size, 1);
  for (const { end } of subscriptions) end();
  let text = "";
  socket.setEncoding("utf8").on("data", (piece) => {
    text += piece;
  });
  await until(() => text.split("HTTP/1.1 400").length === 50);
  t.pass("each of the others has its answer");
});
