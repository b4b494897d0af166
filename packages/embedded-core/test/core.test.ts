import { pbkdf2 } from "node:crypto";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type CoreOptions, createCore } from "@meshpass/embedded-core";
import t from "tap";
import { apiKey, createStore, exchange, fields, mint, setUp, start, week } from "./set-up-core.ts";

t.test("a Host that is not the core's, and any Origin, is refused before all else", async (t) => {
  const { port } = await setUp(t);
  const ask = (headers: string): Promise<string> =>
    exchange(port, `GET /hello HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
  for (const host of ["localhost", "LOCALHOST:3567", "127.0.0.1:1", "[::1]:3567"]) {
    t.match(await ask(`Host: ${host}\r\n`), /^HTTP\/1\.1 200 /, host);
  }
  for (const host of [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example:3567",
    "",
    "localhost:",
    "10.0.0.1",
  ]) {
    t.match(await ask(`Host: ${host}\r\n`), /^HTTP\/1\.1 403 .*Host not allowed\n$/s, host);
  }
  for (const origin of ["http://localhost:3567", "null", ""]) {
    t.match(await ask(`Host: localhost\r\nOrigin: ${origin}\r\n`), /^HTTP\/1\.1 403 .*Origin not allowed\n$/s, origin);
  }
  t.match(await exchange(port, "GET /hello HTTP/1.0\r\n\r\n"), / 403 /, "no Host at all");
  for (const second of ["Host: evil.example", "hOST: localhost"]) {
    t.match(await ask(`Host: localhost\r\n${second}\r\n`), /^HTTP\/1\.1 400 .*Host given twice\n$/s, second);
  }
  t.match(await ask("Host: localhost\r\nX: host\r\nY: host\r\n"), / 200 /, "a value is no name");
});

t.test("other hosts can be allowed", async (t) => {
  const { port } = await setUp(t, { hosts: ["core.internal"] });
  t.match(await exchange(port, "GET /hello HTTP/1.1\r\nHost: core.internal:80\r\nConnection: close\r\n\r\n"), / 200 /);
  t.match(await exchange(port, "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), / 403 /);
});

t.test(
  "the api key is asked for before version, method and body (node-oauth2-server-examples: no secret)",
  async (t) => {
    const { url } = await setUp(t);
    for (const key of ["", "x", apiKey.toUpperCase(), `${apiKey}x`, apiKey.slice(1)]) {
      const response = await mint(url, "not json", { "api-key": key, "cdi-version": "abc" });
      t.same([response.status, await response.text()], [401, "Invalid API key\n"]);
    }
    t.equal((await fetch(`${url}/recipe/jwt`)).status, 401, "a wrong method without a key");
  },
);

t.test("an unknown app is refused without reading the body", async (t) => {
  const { port } = await setUp(t);
  const head = "POST /appid-other/recipe/jwt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
  t.match(await exchange(port, head), /^HTTP\/1\.1 400 .*\(, other, public\)\n$/s);
});

t.test("a version that is still to come is refused everywhere, one that is gone only where it matters", async (t) => {
  const { url } = await setUp(t);
  const status = async (path: string, version: string): Promise<number> =>
    (await fetch(url + path, { headers: { "api-key": apiKey, "cdi-version": version } })).status;
  t.equal(await status("/hello", "5.5"), 400);
  t.equal(await status("/hello", "1.0"), 200);
  t.equal(await status("/", "1.0"), 400);
  t.equal(await status("/nope", "1.0"), 400);
  t.equal(await status("/nope", "5.4"), 404);
  t.equal(await status("/hello", `5.${"0".repeat(20)}`), 500);
});

t.test("the settings that decide how long a dynamic key lives can be asked for", async (t) => {
  const { url } = await setUp(t, { accessTokenValiditySeconds: 7_200, dynamicKeyUpdateHours: 24.5 });
  const ask = (path: string) => fetch(url + path, { headers: { "api-key": apiKey, "cdi-version": "5.4" } });
  const response = await ask("/recipe/dashboard/tenant/core-config");
  t.equal(response.headers.get("content-type"), "application/json;charset=UTF-8");
  const setting = { valueType: "number", isDifferentAcrossTenants: false, possibleValues: null, isNullable: false };
  t.match(await response.json(), {
    status: "OK",
    config: [
      { ...setting, key: "access_token_validity", value: 7_200, defaultValue: 3_600 },
      { ...setting, key: "access_token_dynamic_signing_key_update_interval", value: 24.5, defaultValue: 168 },
    ],
  });
  t.equal((await ask("/public/recipe/dashboard/tenant/core-config")).status, 200);
  t.equal((await ask("/t1/recipe/dashboard/tenant/core-config")).status, 403);
  t.equal((await fetch(`${url}/recipe/dashboard/tenant/core-config`)).status, 401);
});

t.test("hours are written as the real core writes them", async (t) => {
  const { url } = await setUp(t);
  const response = await fetch(`${url}/recipe/dashboard/tenant/core-config`, { headers: { "api-key": apiKey } });
  t.match(await response.text(), /"value":168\.0,.*"defaultValue":168\.0,/);
});

t.test("a body up to 1 MiB is read, a longer one is 413, and the next request is served", async (t) => {
  const { url } = await setUp(t);
  const padded = (bytes: number): string => JSON.stringify(fields).padEnd(bytes);
  t.equal((await mint(url, padded(1_048_576))).status, 200);
  for (const bytes of [1_048_577, 5_000_000]) {
    const response = await mint(url, padded(bytes));
    t.same([response.status, await response.text()], [413, "Body too large\n"]);
    t.equal(response.headers.get("connection"), "close");
  }
  t.equal((await mint(url)).status, 200);
});

t.test("a body that is not what its charset says is refused", async (t) => {
  const { url } = await setUp(t);
  const body = Buffer.from(JSON.stringify({ ...fields, payload: { u: "é" } }), "latin1");
  const send = async (contentType: string) =>
    (
      await fetch(`${url}/recipe/jwt`, {
        method: "POST",
        headers: { "api-key": apiKey, "content-type": contentType },
        body,
      })
    ).status;
  t.equal(await send('application/json; charset="UTF-8"'), 400);
  t.equal(await send("application/json; charset=latin1"), 200);
  t.equal(await send("application/json; charset="), 500);
  t.equal(await send("application/json; charset=<script>"), 500);
});

t.test("a charset is never given back with characters that a page could run", async (t) => {
  const { url } = await setUp(t);
  const response = await mint(url, fields, { "content-type": "a/b; charset=x<script>" });
  t.equal(await response.text(), "java.io.UnsupportedEncodingException: The character encoding [x] is not supported\n");
});

t.test("malformed HTTP of every kind is refused and harms nothing", async (t) => {
  const { url, port, errors } = await setUp(t);
  const refused: Record<string, string> = {
    "no HTTP": "hello\r\n\r\n",
    "no Host": "GET / HTTP/1.1\r\n\r\n",
    "two lengths": "POST /recipe/jwt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "length and chunks":
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a broken chunk": `POST /recipe/jwt HTTP/1.1\r\nHost: localhost\r\napi-key: ${apiKey}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    "a header with a line end": "GET / HTTP/1.1\r\nHost: localhost\r\na: b\nc\r\n\r\n",
    "headers of 20 kB": `GET / HTTP/1.1\r\nHost: localhost\r\na: ${"b".repeat(20_000)}\r\n\r\n`,
    "an unknown method": "BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  };
  for (const [name, bytes] of Object.entries(refused)) t.match(await exchange(port, bytes), /^HTTP\/1\.1 4\d\d /, name);
  t.match(await exchange(port, "PATCH /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), / 405 /);
  t.equal(await exchange(port, "CONNECT x:1 HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
  t.equal((await mint(url)).status, 200);
  t.same(errors, []);
});

t.test("a caller that goes away amid its body is no failure of the core", async (t) => {
  const { url, port, errors } = await setUp(t);
  const socket = connect(port, "127.0.0.1");
  socket.write(`POST /recipe/jwt HTTP/1.1\r\nHost: localhost\r\napi-key: ${apiKey}\r\nContent-Length: 9\r\n\r\n{`);
  await fetch(`${url}/hello`);
  socket.destroy();
  for (let n = 0; n < 5; n++) await fetch(`${url}/hello`);
  t.equal((await mint(url)).status, 200);
  t.same(errors, []);
});

t.test("JWKS and /apiversion are answered while the core signs", async (t) => {
  const { url } = await setUp(t);
  // The thread pool signs. While all its threads are busy a signature waits there, and nothing else does.
  const busy = Array.from(
    { length: 8 },
    () => new Promise((resolve) => pbkdf2("a", "b", 300_000, 32, "sha256", resolve)),
  );
  const answered: string[] = [];
  const note = (name: string) => (response: Response) => {
    if (response.ok) answered.push(name);
  };
  await Promise.all([
    mint(url).then(note("token")),
    (async () => {
      await fetch(`${url}/.well-known/jwks.json`).then(note("JWKS"));
      await fetch(`${url}/apiversion`, { headers: { "api-key": apiKey } }).then(note("apiversion"));
    })(),
  ]);
  t.same(answered, ["JWKS", "apiversion", "token"]);
  await Promise.all(busy);
});

t.test("the next key appears by itself, though nobody asks for anything", async (t) => {
  let now = start;
  const store = createStore();
  await setUp(t, { store, clock: () => now, rotationCheckMs: 5 });
  now = start + week;
  for (let waited = 0; store.rows.length < 3 && waited < 5_000; waited += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  t.match(store.rows[2], { kid: `d-${now}`, family: "dynamic" });
});

t.test("a failure of the core's own is a 500 that says nothing, and is told to the operator", async (t) => {
  let now = start;
  const store = createStore();
  const { url, errors } = await setUp(t, { store, clock: () => now });
  store.failure = new Error("disk full at /secret/place");
  now = start + 2 * week;
  const response = await mint(url, { ...fields, useStaticSigningKey: false });
  t.same([response.status, await response.text()], [500, "Internal Error\n"]);
  t.equal(response.headers.get("connection"), "close");
  t.match(errors, [store.failure, { message: "No dynamic key may sign now." }]);
});

t.test("close lets a request in flight end, and takes no new one", async (t) => {
  const { core, url, port } = await setUp(t);
  const socket = connect(port, "127.0.0.1");
  const body = JSON.stringify(fields);
  socket.write(
    `POST /recipe/jwt HTTP/1.1\r\nHost: localhost\r\napi-key: ${apiKey}\r\nContent-Length: ${body.length}\r\n\r\n{`,
  );
  await fetch(`${url}/hello`);
  const closed = core.close();
  await t.rejects(fetch(`${url}/hello`));
  socket.write(body.slice(1));
  t.match(await text(socket), /^HTTP\/1\.1 200 .*connection: close.*"status":"OK"/is);
  await closed;
});

t.test("close cuts off what does not end in time", async (t) => {
  const { core, url, port } = await setUp(t);
  const socket = connect(port, "127.0.0.1");
  const answer = text(socket).catch(() => "");
  socket.write(`POST /recipe/jwt HTTP/1.1\r\nHost: localhost\r\napi-key: ${apiKey}\r\nContent-Length: 9\r\n\r\n{`);
  await fetch(`${url}/hello`);
  const began = performance.now();
  await core.close(50);
  t.equal(await answer, "");
  t.ok(performance.now() - began < 4_000);
});

t.test("a port in use is an error that names it, and so is a host that is not this machine's", async (t) => {
  const { port } = await setUp(t);
  const second = await createCore({ store: createStore(), apiKey, clock: () => start });
  await t.rejects(second.listen({ port }), { code: "port_unavailable", message: new RegExp(`Port ${port} is in use`) });
  await t.rejects(second.listen({ host: "192.0.2.1" }), { code: "port_unavailable", message: /192\.0\.2\.1/ });
  await second.close();
});

t.test("an option that makes no sense is a TypeError", async (t) => {
  const wrong: Partial<CoreOptions>[] = [
    { apiKey: "short" },
    { apiKey: "" },
    { basePath: "no-slash" },
    { basePath: "/a b" },
    { accessTokenValiditySeconds: 0 },
    { accessTokenValiditySeconds: 1.5 },
    { accessTokenValiditySeconds: 86_400_001 },
    { dynamicKeyUpdateHours: 0.5 },
    { dynamicKeyUpdateHours: Number.NaN },
    { rotationCheckMs: 0 },
  ];
  for (const options of wrong) {
    await t.rejects(createCore({ store: createStore(), apiKey, ...options }), TypeError, JSON.stringify(options));
  }
});
