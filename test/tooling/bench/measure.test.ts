import t from "tap";
import { cpuBetween, readCpuTime } from "../../../scripts/bench/measure/cpu-time.ts";
import { InvalidMeasurement, refuseErrors } from "../../../scripts/bench/measure/drive-server.ts";
import { type Contestant, interleave, type Piece } from "../../../scripts/bench/measure/interleave.ts";
import { residentMb } from "../../../scripts/bench/measure/resident-mb.ts";
import { boundAbove, compareCpu, compareThroughput, holds } from "../../../scripts/bench/measure/row.ts";
import { median, percentile, spreadOf } from "../../../scripts/bench/measure/summary.ts";

const stat = (user: number, system: number): string =>
  `7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 ${user} ${system} 0 0 20 0 11 0 100 0 0`;

const piece = (cpuMicros: number, idle = 0.5): Piece => ({ cpuMicros, perSecond: 1_000, p99Ms: 2, idle });

t.test("the median is the middle value, or the mean of the two in the middle, in any order", async (t) => {
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([9, 1, 5, 7]), 6);
  t.ok(Number.isNaN(median([])));
});

t.test("a percentile is a value that was measured, and the spread holds the middle half", async (t) => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at);
  t.equal(percentile(values, 0.99), 99);
  t.equal(percentile([10, 9], 0.99), 10, "as numbers, not as text");
  t.same(spreadOf(values), [25, 75]);
  t.ok(Number.isNaN(percentile([], 0.99)));
});

t.test("CPU time is that of all threads of all processes, to the microsecond", async (t) => {
  const proc = t.testdir({
    7: {
      stat: stat(3, 4),
      task: { 7: { schedstat: "1500000 9 9\n" }, 8: { schedstat: "500000 9 9\n" } },
    },
    9: { stat: stat(1, 0), task: { 9: { schedstat: "3000 9 9\n" } } },
  });
  const before = { threads: new Map([["7/7", 500]]), total: 0 };
  t.equal(cpuBetween(before, readCpuTime([7, 9], proc)), 1_000 + 500 + 3);
});

t.test("where a thread has ended the process's own count is taken, whatever the process is called", async (t) => {
  const proc = t.testdir({ 7: { stat: stat(3, 4), task: { 7: { schedstat: "1000 9 9\n" } } } });
  const before = { threads: new Map([["7/8", 0]]), total: 20_000 };
  t.equal(cpuBetween(before, readCpuTime([7], proc)), 70_000 - 20_000);
  t.throws(() => readCpuTime([8], proc), "a process that has ended has no time");
});

t.test("CPU time of this very process grows as it works", async (t) => {
  const before = readCpuTime([process.pid]);
  const used = process.cpuUsage();
  for (const end = performance.now() + 60; performance.now() < end; );
  const measured = cpuBetween(before, readCpuTime([process.pid]));
  const { user, system } = process.cpuUsage(used);
  t.ok(Math.abs(measured - user - system) < 15_000, `${measured} us, Node says ${user + system} us`);
});

t.test("resident memory is read in MB", async (t) => {
  const proc = t.testdir({ 7: { status: "Name:\tx\nVmPeak:\t  9 kB\nVmRSS:\t    2048 kB\n" } });
  t.equal(residentMb(7, proc), 2);
});

t.test("contestants are measured by turns, after each has warmed up", async (t) => {
  const seen: string[] = [];
  const contestant = (name: string, isWarm: boolean): Contestant => ({
    name,
    isWarm,
    measure: async (seconds) => {
      seen.push(name);
      return { ...piece(seen.length), perSecond: 100 / seconds };
    },
  });
  const pace = { rounds: 2, seconds: 0.5, warmUp: { answers: 250, seconds: 60 } };
  const pieces = await interleave([contestant("a", false), contestant("b", true)], pace);
  t.equal(seen.join(""), "aaa" + "abab");
  t.same(
    pieces.get("b")?.map(({ cpuMicros }) => cpuMicros),
    [5, 7],
  );
});

t.test("warming up ends after its time, however few answers there are", async (t) => {
  let calls = 0;
  const slow: Contestant = { name: "slow", measure: async () => ({ ...piece(1), perSecond: calls++ * 0 }) };
  await interleave([slow], { rounds: 0, seconds: 0.5, warmUp: { answers: 1_000, seconds: 2 } });
  t.equal(calls, 4);
});

t.test("a ratio is theirs by ours, round by round, so that what slows a whole round changes nothing", async (t) => {
  const row = compareCpu("a/b", [piece(10), piece(100), piece(10)], [piece(20), piece(200), piece(30)], 2);
  t.match(row, { name: "a/b", ratio: 2, ours: 10, theirs: 30, unit: "us of CPU", atLeast: 2, notes: [] });
  t.same(row.spread, [2, 3]);
  t.same(row.besideOurs, { perSecond: 1_000, p99Ms: 2 });
  t.ok(holds(row));
  t.notOk(holds({ ...row, atLeast: 2.01 }));
});

t.test("by throughput a ratio is ours by theirs", async (t) => {
  const at = (perSecond: number) => ({ ...piece(1), perSecond });
  const row = compareThroughput("a/b", [at(10), at(100), at(30)], [at(20), at(200), at(30)], 0.5);
  t.match(row, { name: "a/b", ratio: 0.5, ours: 30, theirs: 30, unit: "a second", atLeast: 0.5, notes: [] });
  t.same(row.spread, [0.5, 1]);
  t.ok(holds(row));
  t.notOk(holds(compareThroughput("a/b", [at(10)], [], 0.5)), "what was not measured holds nothing");
});

t.test("a row whose generator was not idle for a tenth of the time says so", async (t) => {
  t.match(compareCpu("a/b", [piece(1)], [piece(1, 0.09)], 1).notes, [/idle for less than 10 %/]);
});

t.test("a bound of its own is held from above, and a value that is none holds nothing", async (t) => {
  const row = boundAbove("a/ms", [4, 5, 6], "ms", 10);
  t.match(row, { ratio: 2, ours: 5, theirs: null, atMost: 10 });
  t.ok(holds(row));
  t.notOk(holds(boundAbove("a/ms", [11], "ms", 10)));
  t.notOk(holds(boundAbove("a/ms", [], "ms", 10)));
  t.notOk(holds(compareCpu("a/b", [], [], 1)));
});

t.test("a measurement with one error answer, or with no answer, is no measurement", async (t) => {
  t.throws(() => refuseErrors("m2", { good: 99, bad: { "status 503": 1 } }), {
    constructor: InvalidMeasurement,
    message: "m2: of 99 answers some were errors: 1 x status 503",
  });
  t.throws(() => refuseErrors("m2", { good: 0, bad: {} }), { message: "m2: not one answer" });
  t.doesNotThrow(() => refuseErrors("m2", { good: 1, bad: {} }));
});
