import t from "tap";
import { listOf, now, receiverOf } from "../receivers.ts";
import { noAnswer, runMeshpass } from "../run-meshpass.ts";

const map = { file: "map.yaml", number: 4, stale: false, problems: [], omitted: 0 };
const ready = { ok: true, codes: [], map, safeLifetimeSeconds: 3_600 };

const status = (answer: unknown, receivers: unknown = listOf(receiverOf("m1")), ...words: readonly string[]) =>
  runMeshpass(["status", ...words], {
    ...{ "GET /status": answer, "GET /receivers": receivers },
    "GET /blocks": { blocks: [] },
  });

t.test("a ready auth server: its map, its feed, its receivers, and exit code 0", async (t) => {
  const late = receiverOf("m3", { head: 15, lastHeardAt: now - 750_000, live: false, clockDifferenceMs: -1_260 });
  const { report } = await status(ready, listOf(late, receiverOf("m1", { instance: "bb" }), receiverOf("m1")));
  t.same(report, {
    lines: [
      "Ready",
      "Map 4 is in force, from map.yaml",
      "Feed of cuts: epoch 1, number 17; 2 of 3 receivers live",
      "",
      "SERVICE  INSTANCE  READ           KEYS  CLOCK   VERSION  HEARD OF    STATE",
      "m1       bb        17             5 s   +0.2 s  0.1.0    2 s ago     live",
      "m1       m1000000  17             5 s   +0.2 s  0.1.0    2 s ago     live",
      "m3       m3000000  15 (2 behind)  5 s   -1.3 s  0.1.0    12 min ago  silent",
    ],
    exitCode: 0,
  });
});

t.test("who is blocked is told in one line, the first ones by name", async (t) => {
  const blocks = [
    { caller: "m1", target: "m2", at: 1 },
    { caller: "m\u0007", at: 1 },
    { caller: "m2", target: "m1", at: 1 },
    { caller: "m3", target: "m1", at: 1 },
    { caller: "m3", target: "m2", at: 1 },
  ];
  const told = async (listed: readonly object[], ...words: readonly string[]) => {
    const answers = { "GET /status": ready, "GET /receivers": listOf(), "GET /blocks": { blocks: listed } };
    return runMeshpass(["status", ...words], answers);
  };
  const line = async (listed: readonly object[]) => (await told(listed)).report.lines[3];
  t.equal(await line(blocks.slice(0, 1)), "Blocked: m1 => m2 (pnpm meshpass blocks)");
  t.equal(
    await line(blocks),
    "Blocked: m1 => m2, m\\u0007 => every target, m2 => m1 and 2 more (pnpm meshpass blocks)",
  );
  t.equal(await line([]), "");
  t.same((await told(blocks, "-o", "json")).json().blocks, blocks);
  const unlisted = await runMeshpass(["status"], { "GET /status": ready, "GET /receivers": listOf() });
  t.match(unlisted.report, { exitCode: 2, isError: true }, "that blocks are not known is no word of there being none");
});

t.test("a row shows what is out of the ordinary, within 80 columns", async (t) => {
  const cells = async (changes: object) => {
    const { lines } = (await status(ready, listOf(receiverOf("payments", changes)))).report;
    for (const line of lines) t.ok(line.length <= 80, line);
    return lines[5];
  };
  t.match(await cells({ epoch: 0, head: 0, keysAgeSeconds: null }), / nothing +none /);
  t.match(await cells({ epoch: 2, head: 3 }), / epoch 2 /);
  t.match(await cells({ head: 19 }), / 19 \(2 ahead\) /);
  t.match(await cells({ keysAgeSeconds: 7_300 }), / 2 h /);
  t.match(await cells({ clockDifferenceMs: -40 }), / \+0\.0 s /);
  t.match(await cells({ clockDifferenceMs: -7_200_000 }), / -2 h /);
  t.match(await cells({ version: "1\u001b[2J" }), / 1\\u001b\[2J /);
  t.match(await cells({ lastHeardAt: now + 500 }), / 0 s ago /);
});

t.test("a receiver that is ahead of the auth server's feed is told below the table, with what to do", async (t) => {
  const ahead = receiverOf("m2", { epoch: 2, head: 3 });
  const { lines } = (await status(ready, listOf(receiverOf("m3", { head: 18 }), ahead, receiverOf("m1")))).report;
  t.same(lines.slice(-3), [
    "",
    "m2 m2000000 is ahead of the auth server: a restored store?",
    "What was lost is made good within seconds; restart who stays ahead.",
  ]);
});

t.test("without receivers it says so", async (t) => {
  t.equal((await status(ready, listOf())).report.lines.at(-1), "no receiver has been heard of");
});

t.test("one that is not ready says what is missing: exit code 1", async (t) => {
  const missing = { ok: false, codes: ["map_missing", "x\u0007"], map: { file: "map.yaml", stale: false } };
  const { report } = await status(missing);
  t.equal(report.exitCode, 1);
  t.match(report.lines, ["Not ready: map_missing, x\\u0007", "No map is in force", String]);
});

t.test("a map that is not what stands in the file is told, with the way to find out why", async (t) => {
  const stale = { ...ready, codes: ["map_stale"], map: { ...map, stale: true } };
  t.match((await status(stale)).report, {
    lines: [
      "Ready, but: map_stale",
      "Map 4 is in force, and not what stands in map.yaml: pnpm meshpass validate says why",
      String,
    ],
    exitCode: 0,
  });
  const unread = { ...stale, map: { file: "\u0007", stale: true, failure: "It cannot be read\u0007" } };
  t.equal(
    (await status(unread)).report.lines[1],
    "No map is in force, since \\u0007 does not load: It cannot be read\\u0007",
  );
});

t.test("as JSON it is what the auth server says", async (t) => {
  const list = listOf(receiverOf("m1"));
  const { json, report } = await status(ready, list, "-o", "json");
  t.same(json(), { ...ready, ...list, blocks: [] });
  t.equal(report.exitCode, 0);
});

t.test("no answer, or one that is none, is exit code 2", async (t) => {
  for (const answer of [noAnswer, undefined, {}, { ...ready, codes: "x" }, { ...ready, map: null }])
    t.match((await status(answer)).report, { lines: [String], exitCode: 2, isError: true });
  t.match((await status(ready, noAnswer)).report, { exitCode: 2, isError: true });
});
