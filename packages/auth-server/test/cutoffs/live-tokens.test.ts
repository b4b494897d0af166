import t from "tap";
import { createLiveTokenLedger } from "../../src/cutoffs/live-tokens.ts";

const all = () => true;
const generation = { epoch: 7, number: 1 };
const isCut = () => false;

t.test("it counts the tokens of an edge that can be alive, and forgets them when the last has ended", async (t) => {
  const time = { now: 1_000_000 };
  const ledger = createLiveTokenLedger({ clock: () => time.now, isCut });
  t.equal(ledger.since, 1_000_000);
  ledger.note({ callers: ["m1"], target: "m2", expiresAt: 1_300, generation });
  time.now += 1_000;
  ledger.note({ callers: ["m1"], target: "m2", expiresAt: 1_060, generation });
  t.strictSame(ledger.list(all), [{ caller: "m1", target: "m2", count: 2, lastAt: 1_001_000, endsAt: 1_300 }]);
  t.strictSame(
    ledger.list(({ target }) => target === "m3"),
    [],
  );
  time.now = 1_300_000;
  t.strictSame(ledger.list(all), []);
  ledger.note({ callers: ["m1"], target: "m2", expiresAt: 1_600, generation });
  t.match(ledger.list(all), [{ count: 1 }], "the count starts anew");
});

t.test("it is bounded: the edge that was silent for longest goes first", async (t) => {
  const ledger = createLiveTokenLedger({ clock: () => 1_000_000, isCut, maxEdges: 2 });
  for (const target of ["a", "b", "a", "c"]) ledger.note({ callers: ["m1"], target, expiresAt: 1_300, generation });
  t.strictSame(
    ledger.list(all).map(({ target }) => target),
    ["c", "a"],
  );
});

t.test("what was cut is alive no more, and the count starts anew after it", async (t) => {
  const head = { number: 1 };
  const ledger = createLiveTokenLedger({ clock: () => 1_000_000, isCut: (_, { number }) => number < head.number });
  const token = { callers: ["m1"], target: "m2", expiresAt: 1_300 };
  ledger.note({ ...token, generation });
  ledger.note({ ...token, generation });
  head.number = 2;
  t.strictSame(ledger.list(all), []);
  ledger.note({ ...token, generation: { epoch: 7, number: 2 } });
  t.strictSame(ledger.list(all), [{ caller: "m1", target: "m2", count: 1, lastAt: 1_000_000, endsAt: 1_300 }]);
});
