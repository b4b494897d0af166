import t from "tap";
import type { Row } from "../../../scripts/bench/measure/row.ts";
import { readOptions } from "../../../scripts/bench/options.ts";
import { drawChart } from "../../../scripts/bench/report/draw-chart.ts";
import { renderFailures, renderTable, short } from "../../../scripts/bench/report/render-table.ts";
import { writeJson } from "../../../scripts/bench/report/write-json.ts";

const kept: Row = {
  name: "hello-seen/express",
  ratio: 7.123,
  spread: [6.5, 7.5],
  ours: 20,
  theirs: 142.46,
  unit: "us of CPU",
  atLeast: 6,
  besideOurs: { perSecond: 30_000, p99Ms: 1 },
  besideTheirs: { perSecond: 5_000, p99Ms: 4 },
  notes: ["the generator was busy"],
};
const broken: Row = {
  name: "start/ready-ms",
  ratio: 0.5,
  spread: [0.5, 0.5],
  ours: 4_000,
  theirs: null,
  unit: "ms",
  atMost: 2_000,
  notes: [],
};
const occasion = {
  machine: "2 x <chip>",
  date: "2026-11-22T10:00:00Z",
  commit: "abc",
  generator: "wrk",
  isQuick: true,
};

t.test(
  "the table has a line for each row, with its bound and whether it holds, and the figures and notes after",
  async (t) => {
    const table = renderTable({
      rows: [kept, broken],
      figures: [{ name: "limits/fastify", value: 20.04, unit: "us" }],
    });
    t.match(
      table,
      /^ok {2}hello-seen\/express +7\.12 +6\.5-7\.5 +at least 6 x +20 +142 +us of CPU +30000 +5000 +1 +4$/m,
    );
    t.match(table, /^NO {2}start\/ready-ms +0\.5 .* at most 2000 ms +4000 +ms$/m);
    t.match(table, /^ +limits\/fastify +20 +us$/m);
    t.match(table, /^hello-seen\/express: the generator was busy$/m);
  },
);

t.test("each bound that does not hold is one line, in the row's own unit", async (t) => {
  t.same(renderFailures([kept, broken]), ["start/ready-ms is 4000 ms, and must be at most 2000 ms"]);
  t.same(renderFailures([{ ...kept, ratio: 5 }]), ["hello-seen/express is 5 x, and must be at least 6 x"]);
});

t.test("numbers are shown with three digits", async (t) => {
  t.same([1_234.5, 99.96, 0.012345, Number.NaN].map(short), ["1235", "100", "0.0123", "NaN"]);
});

t.test("the JSON has the occasion, and of each row everything with its bound", async (t) => {
  const written = JSON.parse(writeJson(occasion, { rows: [kept, broken], figures: [], invalid: ["query: no"] }));
  t.match(written, { machine: "2 x <chip>", date: occasion.date, commit: "abc", figures: [], invalid: ["query: no"] });
  t.match(written.results[0], { name: kept.name, ratio: 7.123, atLeast: 6, oursPerSecond: 30_000, theirsP99Ms: 4 });
  t.match(written.results[1], { name: broken.name, ours: 4_000, theirs: null, unit: "ms", atMost: 2_000 });
  t.notOk("atLeast" in written.results[1] || "oursPerSecond" in written.results[1]);
});

t.test(
  "the chart has a bar for each bound, longer than the bound where it is kept, and readable in both themes",
  async (t) => {
    const svg = drawChart(occasion, [kept, broken]);
    const bound = Number(/x1="([\d.]+)"/.exec(svg)?.[1]);
    const [good, short] = [...svg.matchAll(/class="(good|short)" x="(\d+)" y="\d+" width="([\d.]+)"/g)];
    t.match(good, { 1: "good" });
    t.ok(Number(good?.[2]) + Number(good?.[3]) > bound);
    t.match(short, { 1: "short" });
    t.ok(Number(short?.[2]) + Number(short?.[3]) < bound);
    t.match(svg, /prefers-color-scheme: dark/);
    t.match(svg, "2 x &lt;chip&gt;");
    t.match(svg, ">7.12 x<");
    t.match(svg, ">4000 ms<");
  },
);

t.test("a row without a bound has no bar, and a value beyond the chart ends at its edge", async (t) => {
  const { atLeast: _, ...unbounded } = kept;
  t.notMatch(drawChart(occasion, [unbounded]), "<rect");
  const width = /width="([\d.]+)" height="14"/.exec(drawChart(occasion, [{ ...kept, ratio: 1_000 }]))?.[1];
  t.equal(Number(width), 330);
});

t.test("the command line is read, and what is none is said", async (t) => {
  t.same(readOptions([]), { isQuick: false, only: "", jsonPath: undefined, svgPath: undefined });
  t.same(readOptions(["--quick", "--only", "hello", "--json", "a", "--svg", "b"]), {
    isQuick: true,
    only: "hello",
    jsonPath: "a",
    svgPath: "b",
  });
  t.same(readOptions(["--fast"]), { problem: "there is no --fast" });
  t.same(readOptions(["--json", "--quick"]), { problem: "--json needs a value" });
});
