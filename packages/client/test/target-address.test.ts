import t from "tap";
import { targetAddress } from "../src/target-address.ts";

const origin = new URL("http://m2.example:8002");

t.test("a path goes to the target's origin, with its query", async (t) => {
  for (const [path, href] of [
    ["/", "http://m2.example:8002/"],
    ["/hello?a=b&c=/d", "http://m2.example:8002/hello?a=b&c=/d"],
    ["/@evil.example/x", "http://m2.example:8002/@evil.example/x"],
    ["/http://evil.example", "http://m2.example:8002/http://evil.example"],
    ["/a/../../b", "http://m2.example:8002/b"],
  ] as const)
    t.equal(Object.values(targetAddress(origin, path)).join(""), href);
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
  for (const path of hostile) t.throws(() => targetAddress(origin, path as string), TypeError, JSON.stringify(path));
});

t.test("a path that is taken as it is written is what a URL makes of it", async (t) => {
  const parts = ["a", ".", "..", "%2e", "a.b", "~!$&'()*+,;=:@-", " ", "", "é", "?q", "a%20b", "^", "_", '"', "c|d"];
  for (const first of parts)
    for (const second of parts)
      for (const path of [`/${first}`, `/${first}/${second}`, `/${first}/${second}/`, `/a/${first}${second}`]) {
        const made = path.startsWith("//") ? undefined : new URL(path, origin);
        if (made === undefined || made.pathname.startsWith("//")) t.throws(() => targetAddress(origin, path), path);
        else t.equal(Object.values(targetAddress(origin, path)).join(""), made.href, path);
      }
});
