import { endings, formatGeneration, isEnding, isOlder, parseGeneration } from "@meshpass/protocol";
import t from "tap";

t.test("a generation is read as it was written, and nothing else is one", async (t) => {
  const generation = { epoch: 1_795_000_000, number: 17 };
  t.equal(formatGeneration(generation), "1795000000.17");
  t.strictSame(parseGeneration("1795000000.17"), generation);
  t.strictSame(parseGeneration("0.0"), { epoch: 0, number: 0 });
  for (const value of ["", "1", "1.", ".1", "01.1", "1.01", "1.1.1", "-1.1", "1.1e3", " 1.1", "1.1\n", 1.1, null, {}])
    t.equal(parseGeneration(value), undefined, JSON.stringify(value));
  t.equal(parseGeneration(`1.${"9".repeat(16)}`), undefined, "a number that a double cannot hold");
});

t.test("generations are ordered by epoch, then by number", async (t) => {
  t.ok(isOlder({ epoch: 1, number: 9 }, { epoch: 2, number: 0 }));
  t.ok(isOlder({ epoch: 1, number: 8 }, { epoch: 1, number: 9 }));
  t.notOk(isOlder({ epoch: 1, number: 9 }, { epoch: 1, number: 9 }));
  t.notOk(isOlder({ epoch: 2, number: 0 }, { epoch: 1, number: 9 }));
});

t.test("what a cut ends has one spelling", async (t) => {
  const hash = "A".repeat(43);
  const texts = [
    endings.edge("m1", "m3"),
    endings.caller("m1"),
    endings.target("constructor"),
    endings.jti(hash),
    endings.kid("d-1795000000000"),
    endings.everything,
  ];
  t.strictSame(texts, ["edge m1 m3", "caller m1", "target constructor", `jti ${hash}`, "kid d-1795000000000", "all"]);
  for (const text of texts) t.ok(isEnding(text), text);
  for (const text of [
    "",
    "edge m1",
    "edge m1  m3",
    "caller M1",
    "target ",
    "jti x",
    "kid a b",
    "all ",
    "All",
    "all\n",
    7,
  ])
    t.notOk(isEnding(text), JSON.stringify(text));
});
