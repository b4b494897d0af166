import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import t from "tap";
import { pages, root } from "./pages.ts";

interface Row {
  readonly name: string;
  readonly ratio: number;
  readonly ours: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const { date, machine, results }: { date: string; machine: unknown; results: readonly Row[] } = JSON.parse(
  readFileSync(resolve(root, "scripts/bench/latest.json"), "utf8"),
);
const section =
  readFileSync(resolve(root, "scripts/bench/README.md"), "utf8").split("\n## The last full run\n")[1] ?? "";
const cells = [
  ...section.matchAll(/^\| `(?<name>[^`]+)` +\| (?<value>[^|]+?) +\| (?<bound>[^|]+?) +\| (?<holds>yes|no) +\|/gm),
];

t.test("the numbers of the last full run are those that the bench wrote", async (t) => {
  for (const text of [section, pages.get("README.md")]) t.ok(text?.includes(date.slice(0, 10)), "its date");
  t.ok(typeof machine === "object" || typeof machine === "string");
  t.strictSame(cells.map(({ groups }) => groups?.name).sort(), results.map(({ name }) => name).sort());
  for (const { groups: { name, value, bound, holds } = {} } of cells) {
    const row = results.find((each) => each.name === name);
    if (row === undefined) continue;
    const { ratio, ours, atLeast, atMost } = row;
    const measured = atLeast === undefined ? ours : ratio;
    t.equal(Number.parseFloat(value ?? ""), Number(measured.toPrecision(3)), `${name}: what was measured`);
    const limit = Number(((atLeast ?? atMost) as number).toPrecision(6));
    t.equal(Number.parseFloat(bound?.replace(/[^\d.]/g, "") ?? ""), limit, `${name}: its bound`);
    const isMet = atLeast === undefined ? ours <= (atMost ?? Number.NaN) : ratio >= atLeast;
    t.equal(holds, isMet ? "yes" : "no", `${name}: whether it holds`);
  }
});
