import t from "tap";
import type { Snapshot } from "../../src/map/map-in-force.ts";
import { createReusableTokens, type MintedToken, type ReuseRequest } from "../../src/mint/reusable-tokens.ts";

const [first, second] = [{}, {}] as [Snapshot, Snapshot];

const wanted = (changes: Partial<ReuseRequest> = {}): ReuseRequest => {
  return { credential: "c-1", request: "m2", snapshot: first, times: { iat: 1_000, exp: 1_300 }, ...changes };
};
const token = (changes: Partial<MintedToken> = {}): MintedToken => {
  const generation = { epoch: 1, number: 1 };
  return { text: "a.b.c", jti: "j", kid: "d-1", times: { iat: 1_000, exp: 1_300 }, generation, ...changes };
};
const at = (iat: number, exp = iat + 300) => wanted({ times: { iat, exp } });
const allKeys = { has: () => true };

t.test("a token is found for the same credential and the same request, and for no other", async (t) => {
  const tokens = createReusableTokens(allKeys);
  tokens.keep(wanted(), token(), tokens.version());
  t.equal(tokens.find(wanted())?.text, "a.b.c");
  t.equal(tokens.find(wanted({ credential: "c-2" })), undefined);
  t.equal(tokens.find(wanted({ request: "m3" })), undefined);
  tokens.keep(wanted(), token({ text: "newer" }), tokens.version());
  t.equal(tokens.find(wanted())?.text, "newer", "the last one that was minted");
});

t.test("a credential without a jti has nothing kept for it", async (t) => {
  const tokens = createReusableTokens(allKeys);
  tokens.keep(wanted({ credential: undefined }), token(), tokens.version());
  t.equal(tokens.find(wanted({ credential: undefined })), undefined);
});

t.test("it is found while more than half of its life is left, on a clock that was not set back", async (t) => {
  const tokens = createReusableTokens(allKeys);
  tokens.keep(wanted(), token(), tokens.version());
  t.ok(tokens.find(at(1_149)));
  t.equal(tokens.find(at(1_150)), undefined, "half");
  t.equal(tokens.find(at(1_301)), undefined, "over");
  t.equal(tokens.find(at(999, 1_300)), undefined, "issued in the future");
  t.equal(tokens.find(at(1_100, 1_299)), undefined, "the edge ends sooner now");
});

t.test("a new map, a new signing key, a key that is not published any more and a cut end the reuse", async (t) => {
  const published = new Set(["d-1", "d-2", "s-1"]);
  const tokens = createReusableTokens(published);
  const other = wanted({ request: "m3" });
  tokens.keep(wanted(), token(), tokens.version());
  t.equal(tokens.find(wanted({ snapshot: second })), undefined);
  tokens.keep({ ...other, snapshot: second }, token(), tokens.version());
  t.equal(tokens.find(wanted()), undefined, "of the map before nothing is left");

  tokens.keep(wanted(), token(), tokens.version());
  tokens.keep(other, token({ kid: "s-1" }), tokens.version());
  t.ok(tokens.find(wanted()), "a static key is another family, and no new rotating key");
  tokens.keep(other, token({ kid: "d-2" }), tokens.version());
  t.equal(tokens.find(wanted()), undefined);

  t.ok(tokens.find(other));
  published.delete("d-2");
  t.equal(tokens.find(other), undefined);

  tokens.keep(other, token(), tokens.version());
  tokens.clear();
  t.equal(tokens.find(other), undefined);
});

t.test("it never holds more than its size, and keeps what is asked for again", async (t) => {
  const tokens = createReusableTokens(allKeys, 10);
  const nth = (index: number) => wanted({ credential: `c-${index % 7}`, request: `m${index}` });
  tokens.keep(wanted(), token(), tokens.version());
  for (let index = 0; index < 1_000; index += 1) {
    tokens.keep(nth(index), token(), tokens.version());
    t.ok(tokens.find(wanted()), "asked for all the time");
  }
  const kept = Array.from({ length: 1_000 }, (_, index) => tokens.find(nth(index))).filter(Boolean);
  t.ok(kept.length <= 10, `${kept.length}`);
  const none = createReusableTokens(allKeys, 0);
  none.keep(wanted(), token(), none.version());
  t.equal(none.find(wanted()), undefined, "a size of 0 keeps nothing");
});

t.test(
  "a token that was under way when all were dropped is not kept: the key that signed it may be replaced",
  async (t) => {
    const tokens = createReusableTokens({ has: () => true });
    const asked = tokens.version();
    tokens.clear();
    tokens.keep(wanted(), token(), asked);
    t.equal(tokens.find(wanted()), undefined);
    tokens.keep(wanted(), token(), tokens.version());
    t.ok(tokens.find(wanted()));
  },
);
