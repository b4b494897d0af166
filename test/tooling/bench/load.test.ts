import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import t, { type Test } from "tap";
import { readResult } from "../../../scripts/bench/load/create-wrk.ts";
import { driveSockets } from "../../../scripts/bench/load/drive-sockets.ts";
import { readAnswer } from "../../../scripts/bench/load/read-answer.ts";
import { writeRequest } from "../../../scripts/bench/load/write-request.ts";
import { quote, writeWrkScript } from "../../../scripts/bench/load/write-wrk-script.ts";

async function startServer(t: Test, listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const get = (path: string) => ({ method: "GET", path, headers: { "x-name": "é" } }) as const;

t.test("a request is written with its host and the length of its body in bytes", async (t) => {
  const bytes = writeRequest({ method: "POST", path: "/a", headers: { x: "1" }, body: "é" }, 80);
  t.equal(bytes.toString(), "POST /a HTTP/1.1\r\nhost: 127.0.0.1:80\r\nx: 1\r\ncontent-length: 2\r\n\r\né");
});

t.test("an answer is read once its head is there, and says where it ends", async (t) => {
  const text = "HTTP/1.1 401 Unauthorized\r\nX: y\r\nContent-Length: 5\r\n\r\nhello";
  t.same(readAnswer(Buffer.from(text)), { status: 401, bodyStart: text.length - 5, end: text.length });
  t.equal(readAnswer(Buffer.from(text.slice(0, 30))), undefined);
  t.throws(() => readAnswer(Buffer.from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")), /without/);
});

t.test("requests go out in turn, every status is counted and bodies are kept", async (t) => {
  const paths = new Map<string, number>();
  const port = await startServer(t, ({ url = "" }, response) => {
    paths.set(url, (paths.get(url) ?? 0) + 1);
    const body = "x".repeat(url === "/big" ? 200_000 : 3);
    response.writeHead(url === "/bad" ? 503 : 200, { "content-length": body.length }).end(body);
  });
  const requests = ["/a", "/bad", "/big"].map(get);
  const { good, bad, samples, p99Ms, seconds } = await driveSockets({ port, requests, connections: 3, seconds: 0.2 });
  t.equal(good, (paths.get("/a") ?? 0) + (paths.get("/big") ?? 0));
  t.same(bad, { "status 503": paths.get("/bad") });
  t.ok(Math.abs((paths.get("/a") ?? 0) - (paths.get("/bad") ?? 0)) <= 1, "each as often as the others");
  t.ok(samples.length > 0 && samples.every((body) => /^x+$/.test(body)), "whole bodies, of several pieces too");
  t.ok(p99Ms > 0 && p99Ms < 200 && seconds >= 0.2);
});

t.test("a rate is kept to, however fast the answers come", async (t) => {
  const port = await startServer(t, (_request, response) => response.setHeader("content-length", 2).end("ok"));
  const drive = () => driveSockets({ port, requests: [get("/")], connections: 4, seconds: 0.5, rate: 100 });
  let { good, idle } = await drive();
  // A busy machine may keep the sender itself from its turn.
  for (let tries = 1; good < 35 && tries < 3; tries++) ({ good, idle } = await drive());
  t.ok(good >= 35 && good <= 51, `${good} answers`);
  t.ok(idle > 0.1);
});

t.test("a server that hangs up is an error, not a shorter run", async (t) => {
  const server = createTcpServer((socket) => socket.once("data", () => socket.destroy())).listen(0, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { good, bad } = await driveSockets({ port, requests: [get("/")], connections: 1, seconds: 0.05 });
  t.equal(good, 0);
  t.ok((bad["connection closed"] ?? 0) > 0);
});

t.test("the script for wrk holds every request, and no text of one can leave its quotation marks", async (t) => {
  t.equal(quote('a"\\\n]]é'), '"a\\034\\092\\010]]\\195\\169"');
  const script = writeWrkScript([get("/a"), { method: "POST", path: "/b", headers: {}, body: '{"x":1}' }]);
  t.match(script, 'wrk.format("GET", "/a", {["x-name"]="\\195\\169"}, nil)');
  t.match(script, 'wrk.format("POST", "/b", {}, "{\\034x\\034:1}")');
});

t.test("wrk's figures become ours: what was no 200 is no good answer", async (t) => {
  const result = { requests: 100, micros: 2_000_000, wrong: 3, broken: 1, p99Micros: 1_500, samples: "a\0b\0" };
  t.same(readResult(result, 0.4), {
    good: 97,
    bad: { "another status": 3, "broken connection": 1 },
    seconds: 2,
    idle: 0.4,
    p99Ms: 1.5,
    samples: ["a", "b"],
  });
  t.same(readResult({ ...result, wrong: 0, broken: 0 }, 0).bad, {});
});
