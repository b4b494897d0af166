import t from "tap";
import { nearest } from "../src/nearest.ts";

t.test("the nearest name is at most two slips away", async (t) => {
  t.equal(nearest("interactoins", ["tests", "interactions"]), "interactions");
  t.equal(nearest("scope", ["scopes", "expires"]), "scopes");
  t.equal(nearest("m33", ["m1", "m3"]), "m3", "the closest wins");
  t.equal(nearest("owner", ["tests", "groups"]), undefined);
  t.equal(nearest("x", ["m1", "a"]), undefined, "a name is never replaced from end to end");
  t.equal(nearest("", ["a"]), undefined);
});

t.test("no more than 10,000 names are looked at", async (t) => {
  t.equal(nearest("m1x", [...new Array(10_000).fill("something-else"), "m1"]), undefined);
});
