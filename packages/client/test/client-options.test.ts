import t from "tap";
import { type ClientOptions, readClientOptions } from "../src/client-options.ts";

const good: ClientOptions = {
  authServer: "http://localhost:8000",
  credential: "cred-1",
  services: { m1: { url: "http://127.0.0.1:8001" }, m2: { url: "https://m2.example" } },
};

t.test("services may be a record or a Map, with more in them than the url", async (t) => {
  const record = readClientOptions(good);
  const map = readClientOptions({
    ...good,
    services: new Map([["m2", { url: "https://m2.example/", audience: "urn:m2" }]]),
  });
  t.same(
    [...record.origins].map(([name, url]) => [name, url.origin]),
    [
      ["m1", "http://127.0.0.1:8001"],
      ["m2", "https://m2.example"],
    ],
  );
  t.equal(map.origins.get("m2")?.origin, "https://m2.example");
});

t.test("the defaults are 5 s a call, 2 s a token, https to other machines", async (t) => {
  t.match(readClientOptions(good), { timeoutMs: 5_000, tokenTimeoutMs: 2_000, allowHttp: false, unprotected: [] });
});

t.test("everything that is wrong is said at once", async (t) => {
  const error = t.throws(() =>
    readClientOptions({
      authServer: "",
      credential: "",
      services: { M1: { url: "http://localhost:1" }, m2: { url: "ftp://m2" }, m3: undefined as never },
      timeoutMs: 0,
      tokenTimeoutMs: 1.5,
      clock: 7 as never,
      random: null as never,
      onWarning: "log" as never,
    }),
  ) as Error;
  t.equal(error.name, "TypeError");
  for (const part of [
    "authServer is not",
    '"M1"',
    "services.m2.url is neither",
    "services.m3.url is not",
    "credential must",
    "timeoutMs must",
    "tokenTimeoutMs must",
    "clock must be a function",
    "random must be a function",
    "onWarning must be a function",
  ])
    t.match(error.message, part);
});

t.test("no services at all, or no credential at all, is an error", async (t) => {
  t.throws(() => readClientOptions({ ...good, services: {} }), /at least one service/);
  t.throws(() => readClientOptions({ ...good, services: undefined as never }), /at least one service/);
  for (const credential of [undefined, null, 7, {}, { file: "" }, { file: 7 }])
    t.throws(() => readClientOptions({ ...good, credential: credential as never }), /credential must be/);
});

t.test("an address is an origin: no path, query, user or fragment", async (t) => {
  for (const authServer of [
    "https://a.example/auth",
    "https://a.example/?x",
    "https://u:p@a.example",
    "https://a.example/#x",
    "a.example",
    "file:///etc",
  ])
    t.throws(() => readClientOptions({ ...good, authServer }), /authServer/, authServer);
});

t.test("http: to another machine needs allowHttp, and is reported (m2m-auth: plain http)", async (t) => {
  const options = { ...good, authServer: "http://auth.example" };
  t.throws(() => readClientOptions(options), /authServer is http: to another machine/);
  t.same(readClientOptions({ ...options, allowHttp: true }).unprotected, ["http://auth.example"]);
});

t.test("a time limit is from 1 ms to 10 minutes", async (t) => {
  for (const timeoutMs of [-1, 0, 600_001, Number.NaN, Number.POSITIVE_INFINITY, "5" as unknown as number])
    t.throws(() => readClientOptions({ ...good, timeoutMs }), /timeoutMs must be/);
  t.equal(readClientOptions({ ...good, timeoutMs: 600_000 }).timeoutMs, 600_000);
});
