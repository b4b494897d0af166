import { parseDuration } from "@meshpass/protocol";
import t from "tap";

t.test("a duration is a whole number and one unit", async (t) => {
  t.equal(parseDuration("10s"), 10);
  t.equal(parseDuration("5m"), 300);
  t.equal(parseDuration("24h"), 86_400);
  t.equal(parseDuration("30d"), 2_592_000);
});

t.test("anything else is none", async (t) => {
  for (const text of ["", "5", "m", "0m", "05m", "5 m", "5M", "-5m", "1.5h", "5m5s", "9999999999s", 5, null]) {
    t.equal(parseDuration(text), undefined, String(text));
  }
});
