import { createRequire } from "node:module";
import { type CutoffsAnswer, endings, maxProofLength } from "@meshpass/protocol";
import t from "tap";
import { type RemoteCutoffsOptions, remoteCutoffs } from "../../src/index.ts";
import { until } from "../until.ts";
import { startFeedServer, startReceiver } from "./start-feed-server.ts";

t.test("it reads the feed, and a cut is in force as soon as it is sent", async (t) => {
  const { url, feed, send, requests } = await startFeedServer(t);
  const { cutoffs, failures } = await startReceiver(t, url);
  t.notOk(cutoffs.ready());
  await until(cutoffs.ready);
  t.match(cutoffs.status(), { condition: "live", epoch: 1, head: 0, failures: 0 });
  send(feed.cut(endings.caller("m1")));
  await until(() => cutoffs.status().head === 1);
  const [request] = requests;
  t.match([request?.url, request?.headers.accept], [/^\/cutoffs\?instance=[\w-]{36}$/, "text/event-stream"]);
  t.equal(request?.headers["last-event-id"], undefined);
  t.equal(request?.headers.authorization, undefined, "anybody may read");
  t.same(failures, []);
});

t.test("in mode refuse it asks for four envelopes a second", async (t) => {
  const { url, requests } = await startFeedServer(t);
  const credential = async () => "cred-1";
  const { cutoffs } = await startReceiver(t, url, { onStaleFeed: "refuse", instance: "m2-1", credential });
  await until(cutoffs.ready);
  t.equal(requests[0]?.url, "/cutoffs?instance=m2-1&every=250");
});

t.test("with a credential each connection shows it, read anew, and says whose it is", async (t) => {
  const { url, requests, breakOff } = await startFeedServer(t);
  let read = 0;
  const credential = async () => {
    read += 1;
    return `cred-${read}`;
  };
  const { cutoffs } = await startReceiver(t, url, { credential, instance: "m2-1" });
  await until(cutoffs.ready);
  t.match([requests[0]?.url, requests[0]?.headers.authorization], ["/cutoffs?instance=m2-1", /^Bearer cred-\d$/]);
  breakOff();
  await until(() => requests.length === 2);
  t.not(requests[1]?.headers.authorization, requests[0]?.headers.authorization);
});

const noCredentials: Record<string, () => Promise<string>> = {
  "that fails": () => Promise.reject(new Error("no such file")),
  "that throws": () => {
    throw new Error("no such file");
  },
  "that is no text": async () => 7 as unknown as string,
  "that would be another header": async () => "cred-1\r\nx: y",
  "that is empty": async () => "",
  "that is huge": async () => "x".repeat(9_000),
};
for (const [what, credential] of Object.entries(noCredentials)) {
  t.test(`a credential ${what} keeps no receiver from the feed`, async (t) => {
    const { url, requests } = await startFeedServer(t);
    const { cutoffs, failures } = await startReceiver(t, url, { credential });
    await until(cutoffs.ready);
    t.equal(requests[0]?.headers.authorization, undefined);
    t.same(failures, []);
  });
}

t.test("a credential that never comes keeps a receiver from the feed for a second", async (t) => {
  const { url, requests } = await startFeedServer(t);
  const { cutoffs } = await startReceiver(t, url, { credential: () => new Promise(() => undefined) });
  await until(cutoffs.ready);
  t.equal(requests[0]?.headers.authorization, undefined);
});

t.test("a server that does not know its connection gets another one, and then a confirmation", async (t) => {
  const { url, server, requests, confirmed, streams } = await startFeedServer(t);
  const isListed = () => requests.length === 2 && streams.size > 0;
  server.confirm = (_request, response) => response.writeHead(isListed() ? 204 : 404).end();
  const { cutoffs, failures } = await startReceiver(t, url, { credential: async () => "cred-1" });
  await until(isListed);
  const before = confirmed.length;
  await until(() => confirmed.length > before);
  t.equal(cutoffs.status().condition, "live");
  t.match(failures, [/does not know this connection as ours/]);
  await cutoffs.close();
  t.equal(requests.length, 2);
});

t.test("each new connection is confirmed, though nothing else is new", async (t) => {
  const { url, confirmed, breakOff } = await startFeedServer(t);
  const { cutoffs } = await startReceiver(t, url, { credential: async () => "cred-1" });
  await until(() => confirmed.some(({ body }) => body.epoch === 1));
  const before = confirmed.length;
  breakOff();
  await until(() => confirmed.length > before);
  t.match(confirmed.at(-1)?.body, { epoch: 1, head: 0 });
  t.ok(cutoffs.ready());
});

t.test("nothing is confirmed before the feed has been read", async (t) => {
  const { url, server, confirmed } = await startFeedServer(t);
  const { answer } = server;
  server.answer = (_request, response) => response.writeHead(503).end();
  const { cutoffs, keys } = await startReceiver(t, url, { credential: async () => "cred-1" });
  await keys.refresh();
  await until(() => cutoffs.status().failures > 1);
  t.same(confirmed, [], "its keys alone are no news");
  server.answer = answer;
  await until(() => confirmed.length > 0);
  t.match(confirmed[0]?.body, { epoch: 1 });
});

t.test("a connection that breaks is made anew, from where it was", async (t) => {
  const { url, feed, send, requests, breakOff, streams } = await startFeedServer(t);
  const { cutoffs, failures } = await startReceiver(t, url);
  await until(cutoffs.ready);
  send(feed.cut(endings.caller("m3")));
  await until(() => cutoffs.status().head === 1);
  breakOff();
  feed.add(endings.caller("m1"));
  await until(() => cutoffs.status().head === 2);
  t.equal(requests[1]?.headers["last-event-id"], "1.1");
  t.match(failures, [
    /^The feed of cut-offs broke or could not be reached\. \(\w+ at http:\/\/127\.0\.0\.1:\d+\/cutoffs\)$/,
  ]);
  t.equal(cutoffs.status().failures, 1);
  t.equal(streams.size, 1);
});

const badAnswers: Record<string, readonly [RegExp, number, Record<string, string>, string]> = {
  "status 500": [/status 200\. \(status 500 from http/, 500, {}, ""],
  "status 404": [/status 200\. \(status 404 from http/, 404, { "content-type": "text/event-stream" }, ""],
  "a redirect": [/redirect, which is not followed/, 302, { location: "/elsewhere" }, ""],
  JSON: [/does not answer with server-sent events/, 200, { "content-type": "application/json" }, "{}"],
  "no content type": [/does not answer with server-sent events/, 200, {}, "event: x\n\n"],
  "an empty feed": [/was ended by its server/, 200, { "content-type": "text/event-stream" }, ""],
};
for (const [what, [message, status, headers, body]] of Object.entries(badAnswers)) {
  t.test(`${what} for a feed is reported with its address, tried again, and mends itself`, async (t) => {
    const { url, server } = await startFeedServer(t);
    const { answer } = server;
    server.answer = (_request, response) => response.writeHead(status, headers).end(body);
    const { cutoffs, failures } = await startReceiver(t, url);
    await until(() => failures.length > 0);
    t.match(failures[0], message);
    t.notOk(cutoffs.ready());
    server.answer = answer;
    await until(cutoffs.ready);
  });
}

t.test("nobody listening is reported with the system's code", async (t) => {
  const { failures } = await startReceiver(t, "http://127.0.0.1:1/cutoffs");
  await until(() => failures.length > 0);
  t.match(failures[0], /\((ECONNREFUSED|EACCES) at http:\/\/127\.0\.0\.1:1\/cutoffs\)$/);
});

t.test("keys that are missing are loaded before the feed is tried again", async (t) => {
  const { url } = await startFeedServer(t);
  const { keys, cutoffs, failures, published } = await startReceiver(t, url);
  const { keys: all } = published;
  published.keys = [];
  await until(() => failures.length > 0);
  t.match(failures[0], /certificate of the feed's key was refused\. \(jwks_empty\)/);
  published.keys = all;
  await until(cutoffs.ready);
  t.ok(keys.ready());
});

t.test("when the feed says that the keys have changed they are loaded at once", async (t) => {
  const { url, feed, send } = await startFeedServer(t);
  const { cutoffs, published } = await startReceiver(t, url);
  await until(cutoffs.ready);
  const { loads } = published;
  feed.keysMark = "keys-2";
  send(feed.delta());
  await until(() => published.loads === loads + 1);
});

t.test("with a credential it confirms each step, its keys and its clock, and says goodbye", async (t) => {
  const { url, feed, send, confirmed } = await startFeedServer(t);
  const { cutoffs } = await startReceiver(t, url, { credential: async () => "cred-1", instance: "m2-1" });
  await until(() => confirmed.some(({ body }) => body.epoch === 1));
  send(feed.cut(endings.caller("m1")));
  await until(() => confirmed.some(({ body }) => body.head === 1));
  const { authorization, body } = confirmed.at(-1) ?? {};
  t.equal(authorization, "Bearer cred-1");
  const { version } = createRequire(import.meta.url)("../../package.json");
  t.match(body, { instance: "m2-1", version, epoch: 1, head: 1, kids: ["s-core", "d-1"] });
  t.ok(Math.abs(Number(body?.now) - Date.now()) < 3_000);
  t.ok(Number(body?.keysAgeSeconds) < 3);
  const { length } = confirmed;
  send(feed.delta());
  await new Promise((resolve) => setTimeout(resolve, 30));
  t.equal(confirmed.length, length, "a heartbeat is nothing to confirm");
  await cutoffs.close();
  t.match(confirmed.at(-1)?.body, { leaving: true, head: 1 });
  t.equal(cutoffs.status().failedConfirmations, 0);
});

t.test("a change of its keys is confirmed", async (t) => {
  const { url, confirmed } = await startFeedServer(t);
  const { cutoffs, keys, published } = await startReceiver(t, url, { credential: async () => "cred-1" });
  await until(cutoffs.ready);
  await until(() => confirmed.some(({ body }) => body.epoch === 1));
  published.keys = published.keys.slice(0, 1);
  await keys.refresh();
  await until(() => confirmed.some(({ body }) => JSON.stringify(body.kids) === '["s-core"]'));
  t.pass("it was");
});

t.test("confirmations that do not arrive are counted, and nothing else comes of it", async (t) => {
  const { url, server, feed, send } = await startFeedServer(t);
  server.confirm = (_request, response) => response.writeHead(401).end("no");
  let calls = 0;
  const credential = () => (calls++ === 0 ? Promise.reject(new Error("no credential")) : Promise.resolve("cred-1"));
  const { cutoffs, failures } = await startReceiver(t, url, { credential });
  await until(() => cutoffs.status().failedConfirmations > 0);
  send(feed.cut(endings.caller("m1")));
  await until(() => cutoffs.status().failedConfirmations > 1);
  t.same(failures, []);
  t.equal(cutoffs.status().condition, "live");
});

t.test("a server that lost cuts is shown what it had said", async (t) => {
  const { url, feed, send, confirmed, streams } = await startFeedServer(t);
  const { cutoffs } = await startReceiver(t, url, { credential: async () => "cred-1" });
  await until(cutoffs.ready);
  send(feed.cut(endings.caller("m1")));
  await until(() => cutoffs.status().head === 1);
  const { last } = feed;
  send(feed.snapshot({ head: 0, hash: feed.hashAt(0), cuts: [] }));
  await until(() => confirmed.some(({ body }) => body.ahead !== undefined));
  t.match(confirmed.at(-1)?.body.ahead, { envelope: last, certificate: /^ey/ });
  t.equal(streams.size, 1);
});

t.test("what it shows is small, whatever it has read: the last heartbeat, no snapshot", async (t) => {
  const { url, feed, send, confirmed } = await startFeedServer(t);
  const { cutoffs } = await startReceiver(t, url, { credential: async () => "cred-1" });
  await until(cutoffs.ready);
  for (let at = 0; at < 1_000; at += 1) feed.add(endings.caller(`c${at}`));
  send(feed.snapshot());
  await until(() => cutoffs.status().head === 1_000);
  send(feed.delta());
  const { last } = feed;
  for (let at = 0; at < 1_000; at += 1) feed.add(endings.caller(`d${at}`));
  send(feed.snapshot());
  await until(() => cutoffs.status().head === 2_000);
  send(feed.snapshot({ head: 999, hash: feed.hashAt(999), cuts: [] }));
  await until(() => confirmed.some(({ body }) => body.ahead !== undefined));
  const ahead = confirmed.at(-1)?.body.ahead as CutoffsAnswer;
  t.equal(ahead.envelope, last);
  t.ok(ahead.certificate.length + ahead.envelope.length <= maxProofLength);
});

t.test("without a credential nothing is sent to the auth server", async (t) => {
  const { url, confirmed } = await startFeedServer(t);
  const { cutoffs } = await startReceiver(t, url);
  await until(cutoffs.ready);
  await cutoffs.close();
  t.same(confirmed, []);
});

t.test("closing waits for a server that does not answer for half a second at most", async (t) => {
  const { url, server } = await startFeedServer(t);
  server.confirm = () => undefined;
  const { cutoffs } = await startReceiver(t, url, { credential: async () => "cred-1" });
  await until(cutoffs.ready);
  const before = Date.now();
  await cutoffs.close();
  t.ok(Date.now() - before < 3_000);
});

t.test("an address that the feed must not come from, and other wrong options, are the caller's bug", async (t) => {
  const { keys, cutoffs } = await startReceiver(t, "http://127.0.0.1:1/cutoffs");
  await cutoffs.close();
  for (const url of [
    undefined,
    "",
    "auth",
    "http://auth.example/cutoffs",
    "ftp://localhost/x",
    "https://u:p@a.example",
  ])
    t.throws(() => remoteCutoffs({ url, keys } as RemoteCutoffsOptions), TypeError, String(url));
  const url = "https://auth.invalid/cutoffs";
  for (const wrong of [
    { url: `${url}?every=250` },
    { instance: "" },
    { instance: "a b" },
    { instance: "x".repeat(65) },
    { credential: "cred-1" },
    { onStaleFeed: "refuse" },
    { onFailure: 1 },
    { random: 1 },
    { keys: undefined },
  ])
    t.throws(() => remoteCutoffs({ url, keys, ...wrong } as RemoteCutoffsOptions), TypeError, JSON.stringify(wrong));
  await remoteCutoffs({ url: "http://auth.invalid/cutoffs", keys, allowHttp: true }).close();
});
