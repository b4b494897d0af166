import t from "tap";
import {
  chooseSigner,
  findNext,
  isRotationDue,
  jwksMaxAgeSeconds,
  listPublished,
  startOver,
} from "../src/key-schedule.ts";

const minute = 60_000;
const hour = 60 * minute;
const week = 168 * hour;
const times = { updateIntervalMs: week, tokenValidityMs: hour };
/** A key as the schedule makes it: it waits a minute. */
const key = (createdAt: number) => ({ signsFrom: createdAt + minute });
const unscheduled = { signsFrom: undefined };

t.test("the next key is due one minute before the newest is a week old", async (t) => {
  t.equal(isRotationDue([], 0, times), true);
  t.equal(isRotationDue([key(1_000), key(0)], 1_000 + week - minute, times), false);
  t.equal(isRotationDue([key(1_000), key(0)], 1_001 + week - minute, times), true);
  t.equal(isRotationDue([unscheduled], 0, times), true, "an unscheduled key is not one that signs");
});

t.test("a key is published for a week and twice the validity of access tokens", async (t) => {
  const keys = [unscheduled, key(5)];
  t.same(listPublished(keys, 5 + week + 2 * hour - 1, times), keys);
  t.same(listPublished(keys, 5 + week + 2 * hour, times), [unscheduled], "an unscheduled one stays");
});

t.test("the first key ever signs at once", async (t) => {
  t.same(chooseSigner([key(7)], 7, times), key(7));
});

t.test("a new key signs once it has been published for a minute (hydra #2535)", async (t) => {
  const keys = [key(week - minute), key(0)];
  t.same(chooseSigner(keys, week - minute, times), key(0));
  t.same(chooseSigner(keys, week - 1, times), key(0));
  t.same(chooseSigner(keys, week, times), key(week - minute));
});

t.test("a new key that came late still has its minute", async (t) => {
  const keys = [key(week - 1_000), key(0)];
  t.same(chooseSigner(keys, week + minute - 1_001, times), key(0));
  t.same(chooseSigner(keys, week + minute - 1_000, times), key(week - 1_000));
});

t.test("a new key signs at once where the old one may not sign any more", async (t) => {
  t.same(chooseSigner([key(2 * week), key(0)], 2 * week, times), key(2 * week));
});

t.test("a key more than a minute over its time signs nothing, and no key signs nothing", async (t) => {
  t.same(chooseSigner([key(0)], week + minute - 1, times), key(0));
  t.equal(chooseSigner([key(0)], week + minute, times), undefined);
  t.equal(chooseSigner([], 0, times), undefined);
});

t.test("a token signed at the last moment verifies for two hours less a minute", async (t) => {
  const last = week + minute - 1;
  t.same(chooseSigner([key(0)], last, times), key(0));
  t.same(listPublished([key(0)], last + 2 * hour - minute, times), [key(0)]);
});

t.test("the JWKS may be cached until the next key is made, and for a second at least", async (t) => {
  t.equal(jwksMaxAgeSeconds([key(0)], 0, times), 604_740);
  t.equal(jwksMaxAgeSeconds([key(0)], week - minute - 1_999, times), 1);
  t.equal(jwksMaxAgeSeconds([key(0)], 2 * week, times), 1);
  t.equal(jwksMaxAgeSeconds([unscheduled], 0, times), 1);
});

t.test("a key that is replaced before its time stays published for twice the validity from then on", async (t) => {
  const old = key(0);
  const promoted = { signsFrom: 5 * hour };
  const later = { signsFrom: 20 * hour };
  const keys = [later, promoted, old];
  t.same(listPublished(keys, 7 * hour - 1, times), keys);
  t.same(listPublished(keys, 7 * hour, times), [later, promoted]);
  t.same(chooseSigner([promoted, old], 5 * hour, times), promoted, "at once");
});

t.test("a replaced key does not outlive its time either", async (t) => {
  const late = { signsFrom: week + hour };
  t.same(listPublished([late, key(0)], week + 2 * hour, times), [late]);
});

t.test("an unscheduled key never signs", async (t) => {
  t.same(chooseSigner([unscheduled, key(0)], hour, times), key(0));
  t.equal(chooseSigner([unscheduled], hour, times), undefined);
});

t.test(
  "what comes next is the unscheduled key, or the one that waits for its time, and nothing that was replaced",
  async (t) => {
    t.same(findNext([unscheduled, key(0)], hour, times), unscheduled);
    t.same(findNext([key(week - minute), key(0)], week - 1, times), key(week - minute));
    t.equal(findNext([key(week - minute), key(0)], week, times), undefined);
    t.equal(findNext([key(7)], 7, times), undefined, "the first key signs at once");
    const [promoted, old] = [{ signsFrom: 1_001 }, { signsFrom: 1_000 }];
    t.equal(findNext([promoted, old], 500, times), undefined, "whatever the clock says");
  },
);

t.test("a key that takes over does so now, also where the clock was set back since the last one began", async (t) => {
  t.equal(startOver([key(0), unscheduled], hour), hour);
  t.equal(startOver([], hour), hour);
  const start = startOver([{ signsFrom: 1_000 }], 500);
  t.equal(start, 1_001);
  t.same(chooseSigner([{ signsFrom: start }, { signsFrom: 1_000 }], 500, times), { signsFrom: start });
});
