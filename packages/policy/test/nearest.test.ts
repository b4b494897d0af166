import t from "tap";
import { nearest } from "../src/nearest.ts";

t.test("the nearest name is at most two slips away", async (t) => {
  t.equal(nearest("interactoins", ["tests", "interactions"]), "interactions");
  t.equal(nearest("scope", ["scopes", "expires"]), "scopes");
  t.equal(nearest("m33", ["m1", "m3"]), "m3", "the closest wins");
  t.equal(nearest("owner", ["tests", "groups"]), undefined);
  t.equal(nearest("x", ["m1", "a"]), undefined, "a name is never replaced from end to end");
  t.equal(nearest("", ["a"]), undefined);
  t.equal(
    nearest("service-12", ["service-98", "service-1", "other"]),
    "service-1",
    "what is alike at first costs nothing",
  );
  t.equal(nearest("m1", ["m12"]), "m12");
});

t.test("no more than 10,000 names are looked at", async (t) => {
  t.equal(nearest("m1x", [...new Array(10_000).fill("something-else"), "m1"]), undefined);
});
