import t from "tap";
import { createClaims } from "../../src/runner/claims.ts";

t.test("claims that are set are there, and can be changed", async (t) => {
  const claims = createClaims();
  t.ok(claims.set("https://example.com/plan", { name: "gold", limits: [1, 2.5] }));
  t.ok(claims.set("n", 1));
  t.ok(claims.set("n", null));
  t.equal(JSON.stringify(claims.all()), '{"https://example.com/plan":{"name":"gold","limits":[1,2.5]},"n":null}');
  t.equal(Object.getPrototypeOf(claims.all()), null);
  t.ok(Object.isFrozen(claims.all()));
});

t.test("a protected claim is not set", async (t) => {
  const claims = createClaims();
  for (const name of ["sub", "__proto__", "constructor"]) t.notOk(claims.set(name, "x"));
  t.equal(Reflect.ownKeys(claims.all()).length, 0);
});

t.test("a name is 1 to 100 printable characters of ASCII", async (t) => {
  const claims = createClaims();
  t.ok(claims.set("a".repeat(100), 1));
  for (const name of ["", "a".repeat(101), "a b", "a\n", "ä", 1, undefined, null, {}]) {
    t.throws(() => claims.set(name, 1), TypeError);
  }
});

t.test("a value is one that JSON has, nested 8 deep at most", async (t) => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  const claims = createClaims();
  t.ok(claims.set("a", nested(8)));
  t.throws(() => claims.set("a", nested(9)), TypeError);
  t.throws(() => claims.set("a", Number.NaN), TypeError);
  t.throws(() => claims.set("a", undefined), TypeError);
});

t.test("32 claims and 2,048 bytes of JSON are the most, and what is beyond is not set", async (t) => {
  const many = createClaims();
  for (let index = 0; index < 32; index += 1) t.ok(many.set(`c${index}`, index));
  t.ok(many.set("c0", "changed"));
  t.throws(() => many.set("c32", 1), RangeError);
  t.equal(Object.keys(many.all()).length, 32);

  const large = createClaims();
  // {"a":"..."} is 8 bytes around the text, and ü two.
  t.ok(large.set("a", "ü".repeat(1_020)));
  t.throws(() => large.set("a", `${"ü".repeat(1_020)}x`), RangeError);
  t.throws(() => large.set("b", 1), RangeError);
});
