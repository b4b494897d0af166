import t from "tap";
import { listOf, now, receiverOf } from "../receivers.ts";
import { noAnswer, runMeshpass } from "../run-meshpass.ts";

const seconds = now / 1_000;
const toM3 = { caller: "m1", target: "m3", count: 2, lastAt: now - 12_900, endsAt: seconds + 288 };
const toM10 = { caller: "m1", target: "m10", count: 1, lastAt: now - 3_600_000, endsAt: seconds + 2 };
const forecast = { wouldEnd: [toM3, toM10], credentials: 1, since: now - 720_000 };

const foresee = (words: string, answer: unknown = forecast, receivers: unknown = listOf(receiverOf("m1"))) =>
  runMeshpass(["cut", ...words.split(" "), "--dry-run"], { "POST /cuts": answer, "GET /receivers": receivers });

t.test("a dry run says what would end, who used it last, and who would have to confirm; it cuts nothing", async (t) => {
  const { report, calls, warnings } = await foresee("m1");
  t.same(report, {
    lines: [
      "m1 => m3   2 tokens, last one 12 s ago, all over in 4 min 48 s",
      "m1 => m10  1 token, last one 1 h ago, all over in 2 s",
      "1 credential of m1 would end",
      "1 receiver would have to confirm",
      "tokens are counted since the auth server started, 12 min ago",
    ],
    exitCode: 0,
  });
  t.same(calls, [
    { method: "POST", path: "/cuts", body: { service: "m1", dryRun: true } },
    { method: "GET", path: "/receivers", body: undefined },
  ]);
  t.same(warnings, []);
  t.notMatch((await foresee("m1 m3")).report.lines.join(), "credential", "an edge has none");
});

t.test("where nothing is known to be alive, it says that nothing would end", async (t) => {
  const nothing = { ...forecast, wouldEnd: [], credentials: 0 };
  t.match((await foresee("m1", nothing)).report.lines, [
    /^nothing that is known to be alive would end$/,
    String,
    String,
  ]);
  const credentials = await foresee("m1", { ...nothing, credentials: 2 });
  t.match(credentials.report.lines, [/^2 credentials of m1 would end$/, String, String]);
});

t.test("of a single token it says whose it is, when it was given out and when it is dead", async (t) => {
  const token = { caller: "m1", target: "m3", at: now - 12_900, expiresAt: seconds + 288 };
  const lines = async (recorded: object) =>
    (await foresee("--token j-1", { ...forecast, wouldEnd: [], credentials: 0, recorded })).report.lines;
  const found = (changes: object) => lines({ token: { ...token, ...changes }, looked: "everywhere" });
  t.same(await found({}), [
    "one token would end, and what was exchanged for it: m1 => m3, given out 12 s ago, dead in 4 min 48 s",
    "1 receiver would have to confirm",
  ]);
  t.equal(
    (await found({ at: now - 400_000, expiresAt: seconds - 100 }))[0],
    "nothing would end: m1 => m3, given out 6 min 40 s ago, dead since 1 min 40 s",
  );
  t.equal(
    (await found({ outcome: "mint_failed" }))[0],
    "nothing would end: the token m1 => m3 of 12 s ago was never given out (mint_failed)",
  );
  t.match((await found({ before: ["m0", "m5"] }))[0], /: m0 => m5 => m1 => m3, given out/);
  t.notMatch((await found({ caller: "m\u001b[2J" })).join(), "\u001b");
});

t.test("of a single token that is not found it says where it was looked for", async (t) => {
  const line = async (looked: string) =>
    (await foresee("--token j-1", { ...forecast, wouldEnd: [], recorded: { looked } })).report.lines[0];
  t.equal(
    await line("everywhere"),
    "nothing that is known would end: j-1 stands nowhere in the decisions of the last 24 h",
  );
  t.match(await line("newest"), /^j-1 does not stand in the newest decisions, .*; grep j-1 decisions-\*\.jsonl in the/);
  t.match(
    await line("nowhere"),
    /^the record of decisions cannot be read, so it is not known whose token it is; the log/,
  );
  t.match(await line("elsewhere"), /is not understood here/);
});

t.test("a name that the map does not name is told before anything is cut", async (t) => {
  const notInMap = [{ name: "m33", nearest: "m3" }];
  const { report } = await foresee("m33", { ...forecast, wouldEnd: [], credentials: 0, notInMap });
  t.match(report.lines, [
    "the map does not name m33 (the nearest in it is m3)",
    /^nothing that is known/,
    /1/,
    /12 min/,
  ]);
});

t.test("of everything it says that every caller would ask anew", async (t) => {
  t.ok((await foresee("--all")).report.lines.includes("every caller would ask for a new token at once"));
});

t.test("of very many edges the last used are shown and the rest counted", async (t) => {
  const wouldEnd = Array.from({ length: 52 }, () => toM3);
  const { lines } = (await foresee("--all", { ...forecast, wouldEnd })).report;
  t.equal(lines.filter((line) => line.startsWith("m1 =>")).length, 50);
  t.equal(lines[50], "and 2 more edges; -o json has them all");
});

t.test("as JSON it is what the auth server foresees, and how many receivers there are", async (t) => {
  t.same((await foresee("m1 -o json")).json(), { ...forecast, receivers: 1, now });
});

t.test("an answer that is none is exit code 2, and names cannot deceive a terminal", async (t) => {
  for (const answer of [noAnswer, {}, { ...forecast, wouldEnd: [{ ...toM3, count: "\u001b[2J" }] }])
    t.match((await foresee("m1", answer)).report, { lines: [String], exitCode: 2, isError: true });
  t.match((await foresee("m1", forecast, noAnswer)).report, { exitCode: 2, isError: true });
  const { report } = await foresee("m1", { ...forecast, wouldEnd: [{ ...toM3, caller: "m\u001b[2J" }] });
  t.match(report.lines[0], "m\\u001b[2J => m3");
});
