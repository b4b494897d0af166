import { checkTransport, isLoopback, parsePortOffset, shiftLoopbackPort } from "@meshpass/protocol";
import t from "tap";

t.test("https, and http to this machine, may carry tokens", async (t) => {
  for (const url of ["https://a.example", "http://localhost:8000", "http://127.9.9.9", "http://[::1]:1/x"]) {
    t.equal(checkTransport(url), undefined, url);
  }
});

t.test("http to another machine must be allowed by name", async (t) => {
  t.match(checkTransport("http://auth.internal:8000"), /MESHPASS_ALLOW_HTTP=1/);
  t.equal(checkTransport("http://auth.internal:8000", true), undefined);
  for (const host of ["localhost.evil.test", "127.0.0.1.evil.test", "127.evil.test", "0.0.0.0"]) {
    t.type(checkTransport(`http://${host}/`), "string", host);
  }
});

t.test("what is no plain URL of a server is refused, whatever is allowed", async (t) => {
  for (const url of [
    "",
    "m2",
    "ftp://localhost",
    "https://user:pass@a.example",
    "https://a.example/#x",
    7,
    undefined,
  ]) {
    t.type(checkTransport(url, true), "string", String(url));
  }
});

t.test("loopback is this machine and nothing that only looks like it", async (t) => {
  for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "::1", "[::1]"]) t.ok(isLoopback(host), host);
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "a.localhost.example", ""]) t.notOk(isLoopback(host), host);
});

t.test("an offset moves the ports of this machine and nobody else's", async (t) => {
  t.equal(shiftLoopbackPort("http://localhost:8001", 20), "http://localhost:8021");
  t.equal(shiftLoopbackPort("http://localhost:8001/", 20), "http://localhost:8021/");
  t.equal(shiftLoopbackPort("http://localhost:8001/a/b", 20), "http://localhost:8021/a/b");
  t.equal(shiftLoopbackPort("https://m1.example:8001", 20), "https://m1.example:8001");
  t.equal(shiftLoopbackPort("http://localhost", 20), "http://localhost");
  t.equal(shiftLoopbackPort("http://localhost:8001", 0), "http://localhost:8001");
  t.throws(() => shiftLoopbackPort("m1", 20), TypeError);
  t.throws(() => shiftLoopbackPort("http://localhost:60000", 6_000), RangeError);
});

t.test("an offset is a whole number that leaves every server a port, and nothing else is taken for one", async (t) => {
  t.equal(parsePortOffset(undefined), 0);
  t.equal(parsePortOffset(""), 0);
  t.equal(parsePortOffset("14011"), 14_011);
  t.equal(parsePortOffset("55000"), 55_000);
  for (const text of ["55001", "14o11", "-1", "1.5", " 7", "0x10", "1e3"])
    t.equal(parsePortOffset(text), undefined, text);
});
