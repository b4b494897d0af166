import t from "tap";
import { targetUrl } from "../src/target-url.ts";

const origin = new URL("http://m2.example:8002");

t.test("a path goes to the target's origin, with its query", async (t) => {
  for (const [path, href] of [
    ["/", "http://m2.example:8002/"],
    ["/hello?a=b&c=/d", "http://m2.example:8002/hello?a=b&c=/d"],
    ["/@evil.example/x", "http://m2.example:8002/@evil.example/x"],
    ["/http://evil.example", "http://m2.example:8002/http://evil.example"],
    ["/a/../../b", "http://m2.example:8002/b"],
  ] as const)
    t.equal(targetUrl(origin, path).href, href);
});

t.test("a path that could lead elsewhere is refused (CVE-2026-4874)", async (t) => {
  const hostile = [
    "",
    "hello",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http://evil.example/",
    "@evil.example",
    ":80@evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/a\r\nx: y",
    "/a\0",
    "/a\x7f",
    "/a\u0085",
    "/a#b",
    "/.//evil.example",
    "/a/..//evil.example",
    " /hello",
    undefined,
    7,
    null,
  ];
  for (const path of hostile) t.throws(() => targetUrl(origin, path as string), TypeError, JSON.stringify(path));
});
