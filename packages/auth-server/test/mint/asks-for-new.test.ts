import t from "tap";
import { asksForNew } from "../../src/mint/asks-for-new.ts";

t.test("no-cache among the directives of Cache-Control asks for a new token, however it is spelled", async (t) => {
  for (const value of ["no-cache", "No-Cache", "max-age=0, no-cache", "no-cache ,no-store"]) {
    t.ok(asksForNew(["Host", "m1", "Cache-Control", value]), value);
  }
  t.ok(asksForNew(["CACHE-CONTROL", "no-store", "cache-control", "no-cache"]), "in a second header");
});

t.test("nothing else does", async (t) => {
  for (const value of ["", "no-store", "max-age=0", "x-no-cache", "no-cached", '"no-cache"'])
    t.notOk(asksForNew(["Cache-Control", value]), value);
  t.notOk(asksForNew(["Pragma", "no-cache", "X-Cache-Control", "no-cache"]));
  t.notOk(asksForNew([]));
});
