import { endings, isEnding, isJti, isKid } from "@meshpass/protocol";
import t from "tap";

const bad = ["", " ", "a b", "a\n", "é", "a/b", "a%2e", "{", 7, null, undefined, ["a"]];

t.test("a jti is 1 to 64 letters, digits, dots, underscores and hyphens", async (t) => {
  for (const value of ["j", "0d5f3f0e-7c1e-4ea9-b2aa-12cd51fe0c77", "A.b_c-9", "x".repeat(64)]) t.ok(isJti(value));
  for (const value of [...bad, "x".repeat(65)]) t.notOk(isJti(value), JSON.stringify(value));
});

t.test("a kid is 1 to 128 of the same, and can be cut", async (t) => {
  for (const value of ["d-1795000000000", "s-0d5f3f0e", "x".repeat(128)]) {
    t.ok(isKid(value));
    t.ok(isEnding(endings.kid(value)));
  }
  for (const value of [...bad, "x".repeat(129)]) t.notOk(isKid(value), JSON.stringify(value));
});
