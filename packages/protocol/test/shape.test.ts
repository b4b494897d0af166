import t from "tap";
import {
  hasFields,
  isCount,
  isFlag,
  isListOf,
  isMs,
  isNumber,
  isOneOf,
  isSeconds,
  isText,
  isTrue,
  optional,
  orNull,
  type Shape,
} from "../src/shape.ts";

const both = <T>(t: Test, shape: Shape<T>, good: readonly unknown[], bad: readonly unknown[]): void => {
  for (const value of good) t.equal(shape(value), true, String(value));
  for (const value of bad) t.equal(shape(value), false, String(value));
};
type Test = typeof t;

t.test("each shape lets its values through, and no others", async (t) => {
  const test = t as Test;
  both(test, isText, ["", "a"], [undefined, null, 1, {}]);
  both(test, isFlag, [true, false], [undefined, 0, "true"]);
  both(test, isTrue, [true], [false, 1, "true"]);
  both(test, isNumber, [0, -1.5, 1e300], [JSON.parse("1e999"), Number.NaN, "1", null]);
  both(test, isCount, [0, 7], [-1, 1.5, 2 ** 53, "1"]);
  both(test, isMs, [0, 8.64e15, -8.64e15], [8.64e15 + 1, JSON.parse("1e999"), "0"]);
  both(test, isSeconds, [0, 8.64e12], [8.64e12 + 1, null]);
  both(test, isOneOf("a", "b"), ["a", "b"], ["c", undefined, ["a"]]);
  both(test, isListOf(isText), [[], ["a"]], [["a", 1], "a", { length: 0 }, null]);
  both(test, optional(isText), [undefined, "a"], [null, 1]);
  both(test, orNull(isText), [null, "a"], [undefined, 1]);
});

t.test("what passes as a time can be written as a date", async (t) => {
  t.equal(new Date(8.64e15).toISOString(), "+275760-09-13T00:00:00.000Z");
  t.throws(() => new Date(8.64e15 + 1).toISOString(), RangeError);
});

interface Named {
  readonly name: string;
  readonly age?: number | undefined;
}

t.test("an object has a shape by its fields, whatever others it has", async (t) => {
  const isNamed = hasFields<Named>({ name: isText, age: optional(isNumber) });
  both(
    t as Test,
    isNamed,
    [{ name: "a" }, { name: "a", age: 1, more: true }],
    [{}, { name: 1 }, { name: "a", age: "1" }],
  );
  both(t as Test, isNamed, [], [null, undefined, "name", 7, []]);
});

t.test("the compiler misses a field that is not checked, and one that is checked as something else", async (t) => {
  // @ts-expect-error age is not checked
  t.type(hasFields<Named>({ name: isText }), "function");
  // @ts-expect-error a name is a text
  t.type(hasFields<Named>({ name: isNumber, age: optional(isNumber) }), "function");
});
