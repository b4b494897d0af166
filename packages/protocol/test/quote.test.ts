import { escapeDeceptive, findNameProblem, quote } from "@meshpass/protocol";
import t from "tap";

t.test("what could deceive a reader is written as its number, and all else stays", async (t) => {
  t.equal(escapeDeceptive("m1 => m2: ünïcödé, 服务"), "m1 => m2: ünïcödé, 服务");
  t.equal(
    escapeDeceptive("\u001b[2J\r\n\u202e\u2028\ufeff\ud800"),
    "\\u001b[2J\\u000d\\u000a\\u202e\\u2028\\ufeff\\ud800",
  );
  t.equal(escapeDeceptive("\u{e0041}"), "\\udb40\\udc41", "a tag that nobody sees, in both of its halves");
});

t.test("a quoted text ends where it seems to, and is never long", async (t) => {
  t.equal(quote('a"b'), '"a\\"b"');
  t.equal(quote("x".repeat(40)), `"${"x".repeat(40)}"`);
  t.equal(quote("x".repeat(41)), `"${"x".repeat(40)}…"`);
});

t.test("what cannot be a name is said why, with the name that may be meant", async (t) => {
  t.equal(findNameProblem("orders-2"), undefined);
  t.match(findNameProblem("Order Service"), { code: "bad_name", remedy: "write order-service" });
  t.match(findNameProblem("-"), { code: "bad_name", message: '"-" cannot be a name', remedy: /^write 1 to 63 of / });
  t.match(findNameProblem("operator"), { code: "reserved_name", remedy: "give the service another name" });
});
