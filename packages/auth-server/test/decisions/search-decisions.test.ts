import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import t, { type Test } from "tap";
import { decisionPath } from "../../src/decisions/decision-file.ts";
import { type DecisionRecord, renderDecision, renderOutcome } from "../../src/decisions/decision-record.ts";
import { type DecisionSearchOptions, searchDecisions } from "../../src/decisions/search-decisions.ts";
import { createTestLog } from "../test-log.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
const hour = 3_600_000;

/** The line of a decision on the token `jti`, at `at` in ms since 1970. */
const decided = (jti: string, at = noon, changes: Partial<DecisionRecord> = {}): string =>
  renderDecision({
    ...{ decisionId: `of-${jti}`, at, caller: "m1", target: "m2", allowed: true, reason: undefined, map: 1, line: 3 },
    ...{ credential: `c-${jti}`, jti, expiresAt: at / 1_000 + 300 },
    ...changes,
  });
const failed = (jti: string, at = noon): string =>
  renderOutcome({ decisionId: `of-${jti}`, at, outcome: "mint_failed", reason: "core_unavailable" });

/** A record of decisions with these lines, by their day. */
function record(t: Test, days: Readonly<Record<string, readonly string[]>>, more: Partial<DecisionSearchOptions> = {}) {
  const folder = t.testdir();
  for (const [day, lines] of Object.entries(days))
    writeFileSync(decisionPath(folder, Date.parse(day)), lines.map((line) => `${line}\n`).join(""));
  const { log, lines } = createTestLog();
  const options = { folder, clock: () => noon, log, ...more };
  return { folder, log: lines, search: (jti: string) => searchDecisions(options, jti) };
}

const found = (at = noon) => ({ caller: "m1", target: "m2", at, expiresAt: at / 1_000 + 300 });

t.test("a token is found with its caller, its target, when it was decided on and when it ends", async (t) => {
  const { search } = record(t, { "2026-11-22": [decided("a"), decided("b", noon - 1_000), decided("c")] });
  t.strictSame(await search("b"), { token: found(noon - 1_000), looked: "everywhere" });
  t.strictSame(await search("d"), { looked: "everywhere" });
  t.strictSame(await search("c-b"), { looked: "everywhere" }, "a credential is no token");
  t.strictSame(await search("."), { looked: "everywhere" }, "a jti is no pattern");
});

t.test("it is looked for in as many days as a token can live, and a day without decisions is none", async (t) => {
  const yesterday = noon - 23 * hour;
  const { search } = record(t, {
    "2026-11-21": [decided("a", yesterday)],
    "2026-11-20": [decided("b", noon - 47 * hour)],
  });
  t.strictSame(await search("a"), { token: found(yesterday), looked: "everywhere" });
  t.strictSame(await search("b"), { looked: "everywhere" });
  const first = Date.parse("2026-11-22T00:00:05Z");
  const early = record(t, { "2026-11-20": [decided("a", first - 24 * hour - 8_000)] }, { clock: () => first });
  t.match(await early.search("a"), { token: { caller: "m1" } }, "the tolerance for clocks reaches into a third day");
});

t.test(
  "that no token left after all is told, also where the outcome is in the next block or the next day",
  async (t) => {
    const outcome = { token: { ...found(), outcome: "mint_failed" }, looked: "everywhere" };
    const near = record(t, { "2026-11-22": [failed("x"), decided("a"), decided("b"), failed("a"), failed("b")] });
    t.strictSame(await near.search("a"), outcome);
    const lines = ["a", "b", "c", "d"].map((jti) => decided(jti));
    const far = record(t, { "2026-11-22": [...lines, failed("d"), failed("b")] }, { blockBytes: 450 });
    t.match(await far.search("d"), outcome);
    const midnight = noon - 12 * hour - 1_000;
    const { search } = record(t, { "2026-11-21": [decided("a", midnight)], "2026-11-22": [failed("a"), decided("b")] });
    t.strictSame(await search("a"), { ...outcome, token: { ...found(midnight), outcome: "mint_failed" } });
  },
);

t.test("a token that was handed out again has left, whatever became of it the last time", async (t) => {
  const again = (decisionId: string) =>
    decided("a", noon + 1_000, { decisionId, reused: true, expiresAt: noon / 1_000 });
  const withdrawn = (decisionId: string) =>
    renderOutcome({ decisionId, at: noon, outcome: "withdrawn_meanwhile", reason: "cut" });
  const token = { ...found(noon + 1_000), expiresAt: noon / 1_000 };
  const lines = [decided("a"), again("again-1"), decided("b"), again("again-2"), withdrawn("again-2"), decided("c")];
  for (const blockBytes of [10_000, 300]) {
    const { search } = record(t, { "2026-11-22": lines }, { blockBytes });
    t.strictSame(await search("a"), { token, looked: "everywhere" });
  }
  const once = record(t, { "2026-11-22": [decided("a"), withdrawn("of-a")] });
  t.match(await once.search("a"), { token: { outcome: "withdrawn_meanwhile" } });
});

t.test("behind a line that says nothing of a token the one before it is looked at", async (t) => {
  const wrong = [
    decided("a", noon, { allowed: false }),
    decided("a").slice(0, -5),
    '{"jti":"a","more":{"jti":"a"}}',
    decided("b").replace("{", '{"of":{"jti":"a"},'),
  ];
  const { search } = record(t, { "2026-11-22": [decided("c"), decided("a"), ...wrong, '"jti":"a"'] });
  t.strictSame(await search("a"), { token: found(), looked: "everywhere" });
  const first = record(t, { "2026-11-22": wrong });
  t.strictSame(await first.search("a"), { looked: "everywhere" });
});

t.test("a refusal, a broken line or one that somebody is writing is no token", async (t) => {
  const whole = decided("c");
  const { folder, search } = record(t, {
    "2026-11-22": [
      decided("a", noon, { allowed: false }),
      decided("b").slice(0, -5),
      '{"jti":"d"}',
      '["jti":"e"',
      decided("f", noon, { caller: undefined }),
      decided("g", noon, { expiresAt: undefined }),
      decided("l").replace("{", '{"of":{"jti":"k"},'),
      whole.replace(/"at":"[^"]*"/, '"at":"soon"').replace('"c"', '"h"'),
    ],
  });
  for (const jti of ["a", "b", "d", "e", "f", "g", "h", "k"])
    t.strictSame(await search(jti), { looked: "everywhere" }, jti);
  writeFileSync(decisionPath(folder, noon), `${whole}\n${decided("i").slice(0, -9)}`, { flag: "a" });
  t.match(await search("c"), { token: found() });
  t.strictSame(await search("i"), { looked: "everywhere" });
});

t.test("a token is found wherever in a large record it stands", async (t) => {
  const jtis = Array.from({ length: 60 }, (_, number) => `jti-${number}.`);
  const { search } = record(t, { "2026-11-22": jtis.map((jti) => decided(jti)) }, { blockBytes: 500 });
  for (const jti of jtis) t.match(await search(jti), { token: found() }, jti);
});

t.test("after so many bytes, or so long, it gives up and says so", async (t) => {
  const days = { "2026-11-22": Array.from({ length: 20 }, (_, number) => decided(`jti-${number}`)) };
  const few = record(t, days, { blockBytes: 500, maxBytes: 1_000 });
  t.match(await few.search("jti-19"), { token: found() });
  t.strictSame(await few.search("jti-0"), { looked: "newest" });
  const short = record(t, days, { blockBytes: 500, maxMs: 0 });
  await sleep(2);
  t.strictSame(await short.search("jti-0"), { looked: "newest" });
  const enough = record(t, days, { blockBytes: 500, maxBytes: 1_000_000 });
  t.match(await enough.search("jti-0"), { token: found() });
});

t.test("a record that cannot be read is told, here and in the log", async (t) => {
  const { folder, log, search } = record(t, {});
  mkdirSync(decisionPath(folder, noon));
  t.strictSame(await search("a"), { looked: "nowhere" });
  t.match(log.join(""), /"cause":"EISDIR.*The record of decisions cannot be read/);
  const loop = record(t, {});
  symlinkSync(decisionPath(loop.folder, noon), decisionPath(loop.folder, noon));
  t.strictSame(await loop.search("a"), { looked: "nowhere" });
});
