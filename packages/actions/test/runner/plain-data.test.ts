import t from "tap";
import { copyPlainData } from "../../src/runner/plain-data.ts";

t.test("what JSON can hold is copied, frozen, and has no prototype", async (t) => {
  const given = { a: [1, "b", null, true, { c: 0 }] };
  const copy = copyPlainData(given, 3) as typeof given;
  t.equal(JSON.stringify(copy), JSON.stringify(given));
  t.not(copy, given);
  t.equal(Object.getPrototypeOf(copy), null);
  t.equal(Object.getPrototypeOf(copy.a[4]), null);
  t.ok(Object.isFrozen(copy) && Object.isFrozen(copy.a) && Object.isFrozen(copy.a[4]));
});

t.test("what JSON cannot hold is refused", async (t) => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const holes = new Array(2);
  const odd = [undefined, Number.NaN, Infinity, 1n, Symbol("a"), () => 1, new Date(), new Map(), cycle, holes];
  for (const value of [...odd, { a: undefined }, JSON.parse('{"__proto__":1}')]) {
    t.throws(() => copyPlainData(value, 8), TypeError);
  }
});

t.test("a list or an object that is nested deeper than it may be is refused", async (t) => {
  t.ok(copyPlainData([[1]], 2));
  t.throws(() => copyPlainData([[[]]], 2), new TypeError("it is nested too deeply"));
  t.throws(() => copyPlainData({ a: { b: {} } }, 2), new TypeError("it is nested too deeply"));
});
