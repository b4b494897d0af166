import type { WantedCut } from "@meshpass/protocol";
import t from "tap";
import { endingOf, endsEdge, namesIn } from "../../src/cutoffs/wanted-cut.ts";

const kinds: Readonly<Record<string, readonly [WantedCut, ends: RegExp, names: string[], edges: string[]]>> = {
  "a service": [{ service: "m1" }, /^caller m1$/, ["m1"], ["m1 m2", "m1 m3"]],
  "an edge": [{ caller: "m1", target: "m3" }, /^edge m1 m3$/, ["m1", "m3"], ["m1 m3"]],
  "a target": [{ target: "m3" }, /^target m3$/, ["m3"], ["m1 m3", "m2 m3"]],
  "a token": [{ jti: "m1" }, /^jti [\w-]{43}$/, [], []],
  everything: [{ everything: true }, /^all$/, [], ["m1 m2", "m1 m3", "m2 m3"]],
};
const edges = [
  { caller: "m1", target: "m2" },
  { caller: "m1", target: "m3" },
  { caller: "m2", target: "m3" },
];

for (const [kind, [wanted, ends, names, ended]] of Object.entries(kinds)) {
  t.test(`${kind}: its cut, the services that it names, and the edges whose tokens all end`, async (t) => {
    t.match(endingOf(wanted), ends);
    t.same(namesIn(wanted), names);
    const found = edges.filter((edge) => endsEdge(wanted, edge)).map(({ caller, target }) => `${caller} ${target}`);
    t.same(found, ended);
  });
}
