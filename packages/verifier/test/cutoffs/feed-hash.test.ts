import { createHash } from "node:crypto";
import t from "tap";
import { firstHash, nextHash } from "../../src/feed.ts";

t.test("the running hash is what every implementation of the feed computes", async (t) => {
  const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("base64url");
  const first = sha256("meshpass cutoffs 1795000000");
  t.equal(firstHash(1_795_000_000), first);
  t.equal(nextHash(first, { number: 1, ends: "edge m1 m3" }), sha256(`${first}\n1 edge m1 m3`));
  t.equal(firstHash(1), "b77dvSjmvZKV4PPv6VSwzUll7ysZmnqJAREd41idmGs", "a vector");
});

t.test("it depends on what was cut, on its number, and on all that came before", async (t) => {
  const after = (...ends: string[]) =>
    ends.reduce((hash, text, at) => nextHash(hash, { number: at + 1, ends: text }), firstHash(1));
  const hashes = [after("all"), after("caller m1"), after("all", "all"), after("caller m1", "all"), firstHash(2)];
  t.equal(new Set(hashes).size, hashes.length);
  t.not(nextHash(firstHash(1), { number: 2, ends: "all" }), after("all"));
});
