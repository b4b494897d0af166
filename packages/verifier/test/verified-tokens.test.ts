import t from "tap";
import { createVerifiedTokens } from "../src/verified-tokens.ts";

t.test("a token is found by its exact text alone", async (t) => {
  const tokens = createVerifiedTokens<number>(10);
  tokens.add("a.b.c", 1);
  t.equal(tokens.get("a.b.c"), 1);
  for (const other of ["a.b.C", "a.b.c ", "a.b", "", "__proto__", "constructor"])
    t.equal(tokens.get(other), undefined, other);
  for (const none of [undefined, null, 1, {}, ["a.b.c"]]) t.equal(tokens.get(none as unknown as string), undefined);
});

t.test("tokens that end alike are told apart, and the later one takes the place of the other", async (t) => {
  const tokens = createVerifiedTokens<number>(10);
  const end = "e".repeat(32);
  tokens.add(`a.${end}`, 1);
  t.equal(tokens.get(`b.${end}`), undefined);
  tokens.add(`b.${end}`, 2);
  t.strictSame([tokens.get(`a.${end}`), tokens.get(`b.${end}`)], [undefined, 2]);
  for (let at = 0; at < 5; at += 1) tokens.add(`${at}`, at);
  t.equal(tokens.get(`a.${end}`), undefined, "in the old generation neither");
});

t.test("it never holds more than its size, and keeps the latest half of it (CVE-2025-2559)", async (t) => {
  const tokens = createVerifiedTokens<number>(10);
  for (let at = 0; at < 1_000; at += 1) tokens.add(`token ${at}`, at);
  const held = Array.from({ length: 1_000 }, (_, at) => at).filter((at) => tokens.get(`token ${at}`) !== undefined);
  t.ok(held.length <= 10);
  t.same(held.slice(-5), [995, 996, 997, 998, 999]);
});

t.test("a token that is shown again outlives those that are not", async (t) => {
  const tokens = createVerifiedTokens<string>(10);
  tokens.add("often", "x");
  for (let at = 0; at < 1_000; at += 1) {
    tokens.add(`once ${at}`, "y");
    t.equal(tokens.get("often"), "x");
  }
});

t.test("a forgotten token is gone from both generations", async (t) => {
  const tokens = createVerifiedTokens<number>(4);
  tokens.add("a", 1);
  tokens.add("b", 1);
  tokens.add("c", 1);
  t.equal(tokens.get("a"), 1);
  tokens.forget("a");
  t.equal(tokens.get("a"), undefined);
});

t.test("adding a token again takes no more room", async (t) => {
  const tokens = createVerifiedTokens<number>(4);
  for (const token of ["x", "y", "a", "b"]) tokens.add(token, 1);
  for (let at = 0; at < 10; at += 1) tokens.add("b", at);
  t.same(["b", "a", "x"].map(tokens.get), [9, 1, 1]);
});

t.test("a size of 0 remembers nothing", async (t) => {
  const tokens = createVerifiedTokens<number>(0);
  tokens.add("a", 1);
  t.equal(tokens.get("a"), undefined);
});
