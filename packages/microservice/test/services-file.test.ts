import { readFileSync } from "node:fs";
import t from "tap";
import { readServices } from "../src/services-file.ts";

const problems = (text: string, portOffset = 0) =>
  (readServices(text, { portOffset }).problems ?? []).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

t.test("each service has its url", async (t) => {
  const text = "m1: { url: http://localhost:8001 }\nm2:\n  url: https://m2.example\n";
  t.same(
    [...(readServices(text).services ?? [])],
    [
      ["m1", { url: "http://localhost:8001" }],
      ["m2", { url: "https://m2.example" }],
    ],
  );
});

t.test("the file that ships names m1, m2 and m3 on this machine", async (t) => {
  const text = readFileSync(new URL("../../../config/services.yaml", import.meta.url), "utf8");
  const ports = [...(readServices(text).services ?? [])].map(([name, { url }]) => `${name} ${url}`);
  t.same(ports, ["m1 http://127.0.0.1:8001", "m2 http://127.0.0.1:8002", "m3 http://127.0.0.1:8003"]);
});

t.test("the port offset moves what is on this machine and nothing else", async (t) => {
  const text = "m1: { url: http://localhost:8001 }\nm2: { url: https://m2.example:8002 }\n";
  const { services } = readServices(text, { portOffset: 100 });
  t.same(
    [...(services ?? [])].map(([, { url }]) => url),
    ["http://localhost:8101", "https://m2.example:8002"],
  );
});

t.test("a service may have an audience of its own", async (t) => {
  const { services } = readServices(
    "maps: { url: http://localhost:1, audience: urn:maps }\nm1: { url: http://localhost:2 }",
  );
  t.strictSame(services?.get("maps"), { url: "http://localhost:1", audience: "urn:maps" });
  t.strictSame(services?.get("m1"), { url: "http://localhost:2" });
});

t.test("http: to another machine needs to be allowed", async (t) => {
  const text = "m1: { url: http://m1.example }";
  t.match(problems(text), [/^1:12 url of m1 is http: to another machine/]);
  t.ok(readServices(text, { allowHttp: true }).services?.has("m1"));
});

t.test("everything that is wrong is said at once, with its place", async (t) => {
  const text = [
    "M1: { url: http://localhost:1 }",
    "m2: { url: ftp://x, port: 7 }",
    "m3: {}",
    "m4: http://localhost:4",
    "m5: { url: http://localhost:5/path }",
    "m6: { url: http://localhost:6, audience: '' }",
    "m7: { url: http://localhost:60000 }",
    "m8: { url: 8 }",
    "m2: { url: http://localhost:9 }",
    "7: { url: http://localhost:9 }",
    "m9: { url: http://localhost:9, url: http://localhost:10 }",
    "__proto__: { url: http://localhost:9 }",
  ].join("\n");
  t.match(problems(text, 6_000), [
    /^1:1 "M1" is no service name/,
    /^2:12 url of m2 is neither/,
    /^2:21 port is no field of a service: write url or audience$/,
    /^3:5 m3 needs a url$/,
    /^4:5 m4 must be a mapping/,
    /^5:12 url of m5 must be an origin, without a path$/,
    /^6:42 audience of m6 must not be empty$/,
    /^7:12 url of m7 has no port left/,
    /^8:12 url of m8 must be text$/,
    /^9:1 m2 is written twice/,
    /^10:1 a name must be plain text$/,
    /^11:32 url is written twice/,
    /^12:1 "__proto__" is no service name/,
  ]);
});

t.test("a tag that nobody knows is an error", async (t) => {
  t.match(problems("m1: !secret { url: http://localhost:1 }"), [/^1:5 .*tag/]);
});

t.test("deep nesting, merge keys and aliases without end are errors, never a crash (CVE-2026-33532)", async (t) => {
  for (const text of [
    "[".repeat(10_000),
    `m1: ${"{a: ".repeat(10_000)}`,
    Array.from({ length: 5_000 }, (_, level) => `${" ".repeat(level)}a:\n`).join(""),
    "m1: { <<: { __proto__: { url: http://localhost:1 } } }",
    "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
  ]) {
    t.ok(problems(text).length > 0, text.slice(0, 40));
  }
  t.equal(({} as { url?: unknown }).url, undefined);
});

t.test("what is no YAML mapping is an error, never a crash", async (t) => {
  for (const text of [
    "",
    "---\n",
    "[]",
    "text",
    "{",
    "m1: {url: &a b}\nm2: *a",
    "a: !!js/function x",
    "m1: 1\n---\nm2: 2",
    "*a",
    "? [m1]\n: x",
    "\0",
    "m1: &a {url: 'http://localhost:1'}\nm2: *a",
    "m1: {url: *x}",
    "{}",
  ])
    t.ok(problems(text).length > 0, JSON.stringify(text));
});
