import { Readable } from "node:stream";
import t from "tap";
import { type CallInit, readCallInit } from "../src/call-init.ts";

t.test("nothing given is a GET without a body that may be sent again", async (t) => {
  t.match(readCallInit({}), { method: "GET", headers: [], body: null, resendable: true, repeatable: true });
});

t.test(
  "only safe methods are repeated after a broken connection; text and bytes can be sent again, streams not",
  async (t) => {
    t.match(readCallInit({ method: "POST", body: "{}" }), { resendable: true, repeatable: false, body: "{}" });
    t.match(readCallInit({ method: "PUT", body: Buffer.from("x") }), { resendable: true, repeatable: false });
    t.match(readCallInit({ method: "POST", body: Readable.from(["x"]) }), { resendable: false, repeatable: false });
    t.match(readCallInit({ method: "OPTIONS" }), { repeatable: true });
  },
);

t.test("headers are passed on as they are written", async (t) => {
  t.same(readCallInit({ headers: { "Content-Type": "text/plain", "x-a": "1" } }).headers, [
    "Content-Type",
    "text/plain",
    "x-a",
    "1",
  ]);
});

t.test("what is not the caller's to set is a TypeError, in any case", async (t) => {
  for (const name of [
    "authorization",
    "Authorization",
    "AUTHORIZATION",
    "Host",
    "Connection",
    "Transfer-Encoding",
    "Content-Length",
    "Keep-Alive",
    "Upgrade",
    "TE",
    "Trailer",
    "Expect",
    "Proxy-Authorization",
  ])
    t.throws(() => readCallInit({ headers: { [name]: "secret-value" } }), {
      name: "TypeError",
      message: /caller's to set$/,
    });
});

t.test("a malformed header, a repeated one, method or body is a TypeError that quotes no value", async (t) => {
  const wrong = [
    { headers: { "a b": "1" } },
    { headers: { "": "1" } },
    { headers: { "a\r\nb": "1" } },
    { headers: { a: "secret-value\r\nb: c" } },
    { headers: { a: "secret-value\0" } },
    { headers: { a: 7 } },
    { headers: { a: "1", A: "2" } },
    { headers: { a: "😀" } },
    { method: "CONNECT" },
    { method: "TRACE" },
    { method: "get" },
    { method: "GET / HTTP/1.1\r\n" },
    { body: { secret: "secret-value" } },
    { body: 7 },
  ];
  for (const init of wrong) {
    const error = t.throws(() => readCallInit(init as CallInit), TypeError, JSON.stringify(init)) as Error;
    t.notMatch(error.message, "secret-value");
  }
});
