import t from "tap";
import { printable } from "../src/printable.ts";

t.test("nothing in a line is obeyed by a terminal, and none is longer than it may be", async (t) => {
  t.equal(printable("a\u001b[2J\n\u202eb\ud800"), "a\\u001b[2J\\u000a\\u202eb\\ud800");
  t.equal(printable("x".repeat(200)), "x".repeat(200));
  t.equal(printable("x".repeat(201)), `${"x".repeat(199)}…`);
  t.equal(printable("\u0000".repeat(500)).length, 200);
});
