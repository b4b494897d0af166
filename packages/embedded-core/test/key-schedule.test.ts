import t from "tap";
import { chooseSigner, isPublished, isRotationDue, jwksMaxAgeSeconds } from "../src/key-schedule.ts";

const minute = 60_000;
const hour = 60 * minute;
const week = 168 * hour;
const times = { updateIntervalMs: week, tokenValidityMs: hour };
const key = (createdAt: number) => ({ createdAt });

t.test("the next key is due one minute before the newest is a week old", async (t) => {
  t.equal(isRotationDue(undefined, 0, times), true);
  t.equal(isRotationDue(key(1_000), 1_000 + week - minute, times), false);
  t.equal(isRotationDue(key(1_000), 1_001 + week - minute, times), true);
});

t.test("a key is published for a week and twice the validity of access tokens", async (t) => {
  t.equal(isPublished(key(5), 5 + week + 2 * hour - 1, times), true);
  t.equal(isPublished(key(5), 5 + week + 2 * hour, times), false);
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
  t.equal(isPublished(key(0), last + 2 * hour - minute, times), true);
});

t.test("the JWKS may be cached until the next key is made, and for a second at least", async (t) => {
  t.equal(jwksMaxAgeSeconds(key(0), 0, times), 604_740);
  t.equal(jwksMaxAgeSeconds(key(0), week - minute - 1_999, times), 1);
  t.equal(jwksMaxAgeSeconds(key(0), 2 * week, times), 1);
});
