import { parseMap } from "@meshpass/policy";
import t from "tap";
import { mapAllows } from "../../src/map/ask-map.ts";
import { mapOf } from "../start-server.ts";

t.test("an edge is allowed that gives tokens still, be it on behalf of others alone", async (t) => {
  const parsed = parseMap(mapOf("  m1: [m2]", "  m2: [{ target: m3, on_behalf_of: [m1] }]"));
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const snapshot = { map: parsed.map, number: 1 };
  const ask = (caller: string, target: string) => mapAllows(snapshot, { caller, target, nowSeconds: 1_800_000_000 });
  t.strictSame([ask("m1", "m2"), ask("m2", "m3"), ask("m1", "m3")], [true, true, false]);
  t.equal(mapAllows(undefined, { caller: "m1", target: "m2", nowSeconds: 1_800_000_000 }), false);
});
