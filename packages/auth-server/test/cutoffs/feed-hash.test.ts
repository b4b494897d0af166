import { createHash } from "node:crypto";
import t from "tap";
import { firstHash, nextHash } from "../../src/cutoffs/feed-hash.ts";

t.test("the running hash is over the one before it, the number and what is cut", async (t) => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");
  const first = sha256("meshpass cutoffs 1800000000");
  t.equal(firstHash(1_800_000_000), first);
  t.equal(nextHash(first, { number: 1, ends: "edge m1 m3" }), sha256(`${first}\n1 edge m1 m3`));
  t.match(first, /^[\w-]{43}$/);
});
