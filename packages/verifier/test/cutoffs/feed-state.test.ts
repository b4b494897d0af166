import type { Cut, CutoffsEnvelope } from "@meshpass/protocol";
import t from "tap";
import { type FeedState, stepFeed } from "../../src/cutoffs/feed-state.ts";
import { firstHash, nextHash } from "../../src/feed.ts";

const history: readonly Cut[] = Array.from({ length: 600 }, (_, at) => ({ number: at + 1, ends: `caller m${at}` }));
const hashAt = (head: number, epoch = 5) => history.slice(0, head).reduce(nextHash, firstHash(epoch));

const snapshot = (head: number, changes: Partial<CutoffsEnvelope> = {}): CutoffsEnvelope => ({
  aud: "meshpass:cutoffs",
  epoch: 5,
  head,
  hash: hashAt(head, changes.epoch),
  cuts: [],
  iat: 1,
  exp: 2,
  keys: "",
  ...changes,
});
const delta = (after: number, head: number, changes: Partial<CutoffsEnvelope> = {}): CutoffsEnvelope =>
  snapshot(head, { after, cuts: history.slice(after, head), ...changes });

/** The state after `envelopes`, all of which must be taken. */
function read(...envelopes: CutoffsEnvelope[]): FeedState | undefined {
  return envelopes.reduce<FeedState | undefined>((state, envelope) => {
    const step = stepFeed(state, envelope);
    if (step.outcome !== "taken") throw new Error(step.outcome);
    return step.state;
  }, undefined);
}
const outcome = (state: FeedState | undefined, envelope: CutoffsEnvelope) => stepFeed(state, envelope).outcome;

t.test("reading begins with a snapshot, and a delta before it is a gap", async (t) => {
  t.match(read(snapshot(7)), { epoch: 5, head: 7 });
  t.match(read(snapshot(0)), { epoch: 5, head: 0 });
  t.equal(outcome(undefined, delta(0, 3)), "feed_gap");
});

t.test("a delta from the head, or from before it, moves the head; one from beyond it is a gap", async (t) => {
  const state = read(snapshot(7));
  t.match(read(snapshot(7), delta(7, 9)), { head: 9 });
  t.match(read(snapshot(7), delta(3, 9)), { head: 9 });
  t.match(read(snapshot(7), delta(7, 7)), { head: 7 }, "a heartbeat");
  t.match(read(snapshot(7), delta(2, 7)), { head: 7 }, "nothing new");
  t.equal(outcome(state, delta(8, 9)), "feed_gap");
});

t.test("of a delta those cuts count that were not read before", async (t) => {
  const state = read(snapshot(7));
  const numbers = (envelope: CutoffsEnvelope) => {
    const step = stepFeed(state, envelope);
    return step.outcome === "taken" && step.cuts.map(({ number }) => number);
  };
  t.same(numbers(delta(3, 9)), [8, 9]);
  t.same(numbers(delta(3, 7)), []);
  t.same(numbers(snapshot(9, { cuts: history.slice(1, 3) })), [2, 3], "of a snapshot all");
});

t.test("a delta whose cuts do not give its hash is a fork", async (t) => {
  const state = read(snapshot(7));
  t.equal(outcome(state, delta(7, 9, { hash: hashAt(8) })), "feed_forked");
  const changed = [{ number: 8, ends: "all" }, history[8] as Cut];
  t.equal(outcome(state, delta(7, 9, { cuts: changed })), "feed_forked");
  t.equal(outcome(state, delta(5, 9, { cuts: history.slice(5, 9), hash: hashAt(10) })), "feed_forked");
});

t.test("the same head with another hash is a fork, as snapshot and as heartbeat", async (t) => {
  const state = read(snapshot(7));
  t.equal(outcome(state, snapshot(7, { hash: hashAt(6) })), "feed_forked");
  t.equal(outcome(state, delta(7, 7, { hash: hashAt(6) })), "feed_forked");
  t.equal(outcome(state, snapshot(7)), "taken");
});

t.test("before the first cut there is one hash", async (t) => {
  t.equal(outcome(undefined, snapshot(0, { hash: hashAt(1) })), "feed_forked");
});

t.test("a lower head is a lagging replica, unless its hash is known to be another", async (t) => {
  const state = read(snapshot(3), delta(3, 9));
  t.equal(outcome(state, snapshot(5)), "behind");
  t.equal(outcome(state, delta(3, 5)), "behind");
  t.equal(outcome(state, snapshot(5, { hash: hashAt(6) })), "feed_forked");
  t.equal(outcome(state, snapshot(2, { hash: hashAt(6) })), "behind", "nobody here knows what it was at 2");
});

t.test("a snapshot further on is taken, and what was known of the way there stays known", async (t) => {
  const state = read(snapshot(3), delta(3, 5), snapshot(20));
  t.match(state, { head: 20 });
  t.equal(outcome(state, snapshot(4, { hash: hashAt(6) })), "feed_forked");
});

t.test("a higher epoch wins, by a snapshot alone; a lower one never does", async (t) => {
  const state = read(snapshot(7));
  t.equal(outcome(state, delta(7, 9, { epoch: 6 })), "feed_gap");
  t.match(read(snapshot(7), snapshot(1, { epoch: 6 })), { epoch: 6, head: 1 });
  t.equal(outcome(state, snapshot(99, { epoch: 4 })), "feed_went_back");
  t.equal(outcome(state, delta(7, 9, { epoch: 4 })), "feed_went_back");
});

t.test("a long history is kept only so far", async (t) => {
  const state = read(snapshot(0), delta(0, 600));
  t.equal(state?.hashes.size, 256);
  t.equal(state?.hashes.get(600), hashAt(600));
  t.equal(outcome(state, delta(600, 600)), "taken");
});
