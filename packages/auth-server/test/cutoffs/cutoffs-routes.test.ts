import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createHttpServer } from "@meshpass/http-server";
import t, { type Test } from "tap";
import { mountCutoffs } from "../../src/cutoffs/cutoffs-routes.ts";
import type { Feed, Subscription } from "../../src/cutoffs/feed.ts";
import { createStreamPlaces } from "../../src/cutoffs/stream-places.ts";
import { createTestLog } from "../test-log.ts";
import { until } from "../until.ts";

/** Routes over a feed that does nothing but hold its subscriptions, and connections to them. */
async function start(t: Test, options: { maxStreams?: number; identify?: () => Promise<undefined> } = {}) {
  const subscriptions = new Set<Subscription>();
  const feed = {
    answer: () => ({ certificate: "c", envelope: "e" }),
    subscribe: (subscription: Subscription) => {
      subscriptions.add(subscription);
      subscription.send("event: certificate\ndata: c\n\n");
      return () => void subscriptions.delete(subscription);
    },
    close: () => {
      for (const { end } of subscriptions) end();
    },
  } as unknown as Feed;
  const { log, lines } = createTestLog();
  const app = createHttpServer({ log, ready: () => ({ ok: true, codes: [] }) });
  const answers: ServerResponse[] = [];
  app.addHook("onRequest", async (_request, reply) => void answers.push(reply.raw));
  const places = createStreamPlaces({ maxStreams: 1_000, monotonic: () => performance.now(), ...options });
  mountCutoffs(app, {
    feed,
    places,
    identify: options.identify ?? (async () => undefined),
    authenticate: async () => ({ service: "m1", check: () => undefined }),
    onConfirmation: () => undefined,
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
  return { app, origin, subscriptions, open, places, answers, lines };
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

t.test("a full house is 503 with the time to come back, a line of the log each second, and room again", async (t) => {
  const { open, origin, places, lines } = await start(t, { maxStreams: 20 });
  const first = await open();
  t.strictSame([first.statusCode, (await open()).statusCode], [200, 200]);
  const begun = performance.now();
  for (let asked = 0; asked < 20; asked++) {
    const answer = await fetch(`${origin}/cutoffs`, { headers: { accept: "text/event-stream" } });
    t.equal(answer.headers.get("retry-after"), "1");
    t.match([answer.status, await answer.json()], [503, { error: "cutoffs_unavailable" }]);
  }
  const said = lines.filter((line) => line.includes("no place is left for this stream"));
  t.ok(said.length > 0 && said.length <= 1 + (performance.now() - begun) / 1_000, `${said.length} lines`);
  t.equal((await fetch(`${origin}/cutoffs`)).status, 200, "who asks once needs no place");
  first.destroy();
  await until(() => places.counts().open.anonymous === 1);
  t.equal((await open()).statusCode, 200);
});

t.test("who leaves while his credential is looked at takes no place", async (t) => {
  const waiting: (() => void)[] = [];
  const identify = () => new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined)));
  const { origin, subscriptions, places, open } = await start(t, { identify });
  const leaving = new AbortController();
  const left = fetch(`${origin}/cutoffs`, { headers: { accept: "text/event-stream" }, signal: leaving.signal });
  await until(() => waiting.length === 1);
  leaving.abort();
  await t.rejects(left);
  // Another one comes by the same way, so the server has seen that the first is gone.
  const opened = open();
  await until(() => waiting.length === 2);
  for (const go of waiting) go();
  await opened;
  t.match([subscriptions.size, places.counts().open], [1, { anonymous: 1 }]);
});

t.test("a peer that never reads is let go when its stream ends", async (t) => {
  const { app, subscriptions, places, answers } = await start(t);
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  const closed = once(socket, "close");
  socket.on("error", () => undefined).pause();
  socket.write("GET /cutoffs HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
  await until(() => subscriptions.size === 1);
  const [subscription] = [...subscriptions];
  const [answer] = answers;
  // Once the system takes no more for the peer, what is sent stays with us.
  for (let sent = 0; sent < 200 && (answer?.writableLength ?? 0) < 500_000; sent++) {
    subscription?.send("x".repeat(262_144));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.match([subscriptions.size, answer?.destroyed], [1, false], "it is still there");
  subscription?.end();
  await until(() => places.counts().open.anonymous === 0, 3_000);
  socket.resume();
  await closed;
  t.equal(subscriptions.size, 0);
});

t.test("a server that ends does not wait for its streams", async (t) => {
  const { app, open } = await start(t);
  const answer = await open();
  answer.resume();
  const ended = once(answer, "end");
  const begun = performance.now();
  await app.close();
  await ended;
  t.ok(performance.now() - begun < 4_000);
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
