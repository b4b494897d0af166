import t from "tap";
import { listOf, now, receiverOf } from "../receivers.ts";
import { noAnswer, runMeshpass } from "../run-meshpass.ts";

const stored = { epoch: 1, number: 17, ends: "edge m1 m3", at: 1 };
const behind = { head: 16 };
const all = listOf(receiverOf("m1"), receiverOf("m2"), receiverOf("m3"));
const allButM3 = listOf(receiverOf("m1"), receiverOf("m2"), receiverOf("m3", { ...behind, lastHeardAt: now - 12_400 }));

const cut = (words: string, answer: unknown, receivers: unknown = all, more: object = {}, callMs = 0) =>
  runMeshpass(["cut", ...words.split(" ")], { "POST /cuts": answer, "GET /receivers": receivers, ...more }, callMs);

t.test("each form of cut asks for exactly what it says, once", async (t) => {
  const forms: Readonly<Record<string, object>> = {
    m1: { service: "m1" },
    "m1 m3": { caller: "m1", target: "m3" },
    "--target m3": { target: "m3" },
    "--token a.B_c-1": { jti: "a.B_c-1" },
    "--all": { everything: true },
  };
  for (const [words, body] of Object.entries(forms)) {
    const { calls, report } = await cut(words, stored);
    t.same(calls[0], { method: "POST", path: "/cuts", body }, words);
    t.equal(calls.filter(({ method }) => method === "POST").length, 1);
    t.equal(report.exitCode, 0);
  }
});

t.test("what is no single cut, or no name, is exit code 2 before anything is asked", async (t) => {
  for (const words of [
    "--wait 5s",
    "--dry-run",
    "m1 --all",
    "m1 --target m3",
    "m1 m3 --token j",
    "--all --token j",
    "--all --target m3",
  ]) {
    const { calls, report } = await cut(words, stored);
    t.match(report, { lines: [/^say one thing to cut: CALLER, /], exitCode: 2, isError: true }, words);
    t.same(calls, []);
  }
  for (const words of ["M1", "operator", "m1 __proto__", "--target M3", "--token a/b", "--token \u001b[2J"]) {
    const { calls, report } = await cut(words, stored);
    t.match(report, { lines: [/cannot be a name|stands for Meshpass|is no jti/], exitCode: 2, isError: true }, words);
    t.notMatch(report.lines.join(), "\u001b");
    t.same(calls, []);
  }
});

t.test("once every receiver has read it: how many there are, how long it took, and exit code 0", async (t) => {
  const { report, calls } = await cut("m1 m3", stored, [allButM3, noAnswer, allButM3, all], {}, 90);
  const time = "0.6 s";
  t.same(report, {
    lines: ["the tokens of m1 for m3 are cut", `in force at 3 of 3 receivers in ${time}`],
    exitCode: 0,
  });
  t.equal(calls.length, 5, "one cut, and four looks, over an auth server that was away for one of them");
});

t.test("a receiver of a higher epoch has read more, one of a lower epoch less", async (t) => {
  const higher = await cut("m1 m3", stored, {
    ...listOf(receiverOf("m1", { epoch: 2, head: 0 })),
    epoch: 2,
    number: 0,
  });
  t.match(higher.report, { lines: [String, "in force at 1 of 1 receiver in 0.0 s"], exitCode: 0 });
  const lower = await cut("m1 m3", { ...stored, epoch: 2, number: 3 }, listOf(receiverOf("m1", { head: 99 })));
  t.match(lower.report, { lines: [String, "in force at 0 of 1 receiver after 5.0 s", String], exitCode: 1 });
});

t.test("a receiver that is ahead of the auth server's feed has not read the cut, and that is said", async (t) => {
  for (const ahead of [
    { epoch: 1, head: 18 },
    { epoch: 2, head: 0 },
  ]) {
    const { report } = await cut("m1 m3 --wait 1s", stored, listOf(receiverOf("m1"), receiverOf("m2", ahead)));
    t.same(report, {
      lines: [
        "the tokens of m1 for m3 are cut",
        "in force at 1 of 2 receivers after 1.0 s",
        "m2 m2000000 is ahead of the auth server (a restored store?); last heard of 2 s ago",
      ],
      exitCode: 1,
    });
  }
  const found = { ...listOf(receiverOf("m2", { epoch: 2, head: 1 })), epoch: 2, number: 1 };
  t.equal((await cut("m1 m3", stored, found)).report.exitCode, 0, "until the server has begun a higher epoch");
});

t.test("at the end of the wait: who has not confirmed, when it was last heard of, and exit code 1", async (t) => {
  const { report, calls } = await cut("m1 m3", stored, allButM3);
  t.same(report, {
    lines: [
      "the tokens of m1 for m3 are cut",
      "in force at 2 of 3 receivers after 5.0 s",
      "m3 m3000000 has not confirmed; last heard of 12 s ago",
    ],
    exitCode: 1,
  });
  t.equal(calls.length, 102, "it looked every 50 ms");
  t.match((await cut("m1 m3 --wait 2s", stored, allButM3)).report.lines[1], "in force at 2 of 3 receivers after 2.0 s");
});

t.test("of very many that have not confirmed, the first are named and the rest counted", async (t) => {
  const many = listOf(...Array.from({ length: 25 }, (_, nth) => receiverOf(`m${nth}`, behind)));
  const { report } = await cut("m1 m3 --wait 1s", stored, many);
  t.equal(report.lines.length, 23);
  t.equal(report.lines.at(-1), "and 5 more; pnpm meshpass status lists them");
});

t.test("--wait 0s does not ask who has read it", async (t) => {
  const { report, calls } = await cut("m1 m3 --wait 0s", stored);
  t.match(report, { lines: [String, /^nobody waited for the receivers; pnpm meshpass status/], exitCode: 0 });
  t.equal(calls.length, 1);
});

t.test("a wait that is none, or too long, is refused before anything is asked", async (t) => {
  t.capture(process.stderr, "write", () => true);
  for (const wait of ["0", "5", "-1s", "2h", "1d", "soon"])
    await t.rejects(cut(`m1 --wait ${wait}`, stored), { code: "commander.invalidArgument" }, wait);
  t.equal((await cut("m1 --wait 1h", stored)).report.exitCode, 0);
});

t.test("without any receiver there is nobody to wait for", async (t) => {
  const { report } = await cut("m1 m3", stored, listOf());
  t.match(report, { lines: [String, /^no receiver has been heard of; nobody verifies tokens/], exitCode: 0 });
});

t.test("an edge that the map still allows, and nobody has blocked, is told with the way to stop it", async (t) => {
  const remark = /^the map still allows m1 to call m3: new tokens are given out; pnpm meshpass block m1 m3 stops that$/;
  const remarks = async (answer: object, blocks: unknown) =>
    (await cut("m1 m3", answer, all, { "GET /blocks": blocks })).report.lines.slice(2);
  const allowed = { ...stored, mapAllows: true };
  const other = { caller: "m1", target: "m2", at: 1 };
  t.match(await remarks(allowed, { blocks: [other] }), [remark]);
  t.match(await remarks(allowed, noAnswer), [remark]);
  t.same(await remarks({ ...stored, mapAllows: false }, { blocks: [] }), []);
  t.same(await remarks(allowed, { blocks: [other, { ...other, target: "m3" }] }), []);
  t.same(await remarks(allowed, { blocks: [{ caller: "m1", at: 1 }] }), []);
});

t.test("a whole service: how many credentials ended, and how to make a new one while the map names it", async (t) => {
  const done = { ...stored, ends: "caller m1", credentialsEnded: 2, notInMap: [] };
  t.same((await cut("m1", done)).report.lines, [
    "m1: 2 credentials are dead, and any made straight at the core for good; its tokens are cut",
    "in force at 3 of 3 receivers in 0.0 s",
    "the map still names m1: a new credential would work (pnpm meshpass credentials issue m1)",
  ]);
  const last = await cut("m1", { ...done, credentialsEnded: 1, notInMap: undefined });
  t.match(last.report.lines, [/^m1: 1 credential is dead/, /^in force/]);
  t.equal(last.report.lines.length, 2);
});

t.test(
  "a name that the map does not name is told, with the nearest that it does, and is cut all the same",
  async (t) => {
    const unknown = { ...stored, notInMap: [{ name: "m33", nearest: "m3" }], mapAllows: false };
    const { report } = await cut("m1 m33", unknown);
    t.same(report, {
      lines: [
        "the tokens of m1 for m33 are cut",
        "the map does not name m33 (the nearest in it is m3); the cut is made all the same",
        "in force at 3 of 3 receivers in 0.0 s",
      ],
      exitCode: 0,
    });
    const service = await cut("elsewhere", { ...stored, credentialsEnded: 0, notInMap: [{ name: "elsewhere" }] });
    t.match(service.report.lines, [
      /^elsewhere: 0 credentials are dead/,
      "the map does not name elsewhere; the cut is made all the same",
      /^in force/,
    ]);
    t.equal(service.report.lines.length, 3, "and it is not said that the map still names it");
    t.match((await cut("m1 m33 -o json", unknown)).json(), { notInMap: [{ name: "m33", nearest: "m3" }] });
    const evil = await cut("m1 m33", { ...unknown, notInMap: [{ name: "m\u001b[2J", nearest: "\u202e" }] });
    t.equal(evil.report.lines[1]?.includes("does not name m\\u001b[2J (the nearest in it is \\u202e)"), true);
  },
);

t.test("of a receiver that is silent it is said how to have nobody wait for it", async (t) => {
  const silent = receiverOf("m1", { ...behind, live: false });
  const { report } = await cut("m1 m3 --wait 1s", stored, listOf(silent, receiverOf("m2")));
  t.equal(
    report.lines.at(-1),
    "for each that is gone for good: pnpm meshpass forget SERVICE INSTANCE, such as m1 m1000000; " +
      "or pnpm meshpass forget --silent",
  );
});

t.test("the receivers of a service that is cut are waited for as all others", async (t) => {
  const done = { ...stored, ends: "caller m1", credentialsEnded: 1 };
  const { report } = await cut("m1 --wait 1s", done, listOf(receiverOf("m1", behind), receiverOf("m2")));
  t.match(report, { lines: [String, /^in force at 1 of 2 receivers after/, /^m1 /], exitCode: 1 });
});

t.test("cut --all says before it does so that every caller will ask anew", async (t) => {
  const { report, warnings } = await cut("--all", stored);
  t.same(warnings, ["every caller will ask for a new token at once, after 0 calls"]);
  t.match(report.lines, ["all tokens are cut", /^in force/]);
  t.same((await cut("--target m3", stored)).warnings, []);
});

t.test("an auth server that does not say that it has cut is no answer: exit code 2", async (t) => {
  t.same((await cut("m1", noAnswer)).report, { lines: [noAnswer.message], exitCode: 2, isError: true });
  for (const answer of [undefined, null, "x", {}, { ended: 1, notInMap: [] }, { ...stored, number: "17" }]) {
    const { report, calls } = await cut("m1", answer);
    t.match(report, { lines: [/answered something that is not understood here/], exitCode: 2, isError: true });
    t.equal(calls.length, 1);
  }
});

t.test("one that goes silent after the cut leaves it unconfirmed: exit code 1", async (t) => {
  for (const receivers of [noAnswer, {}, listOf({ service: "m1" }), listOf(receiverOf("m1", { head: "99" }))]) {
    const { report } = await cut("m1 m3", stored, receivers);
    t.match(report, {
      lines: [/are cut$/, /^that is stored, but not known to be in force anywhere: the/],
      exitCode: 1,
    });
  }
  await t.rejects(cut("m1 m3", stored, new RangeError("a bug")), RangeError);
});

t.test("what a receiver says of itself cannot deceive a terminal", async (t) => {
  const { report } = await cut(
    "m1 m3",
    stored,
    listOf(receiverOf("m\u001b[2J", { ...behind, instance: "\u202e\u0007" })),
  );
  t.match(report.lines[2], "m\\u001b[2J \\u202e\\u0007 has not confirmed");
});

t.test("who waits for long is shown how it stands, and the line is taken away again", async (t) => {
  const { progress } = await cut("m1 m3 --wait 1s", stored, [allButM3, noAnswer, allButM3], {}, 200);
  t.same(progress, ["the auth server does not answer, 0.7 s", "2 of 3 receivers, 0.9 s", ""]);
  t.same((await cut("m1 m3", stored)).progress, [""]);
});

t.test("as JSON: the place of the cut, and who has confirmed", async (t) => {
  const done = await cut("m1 m3 -o json", { ...stored, mapAllows: true }, allButM3);
  t.equal(done.report.exitCode, 1);
  t.match(done.json(), {
    epoch: 1,
    number: 17,
    ends: "edge m1 m3",
    mapAllows: true,
    receivers: 3,
    confirmed: 2,
    missing: [{ service: "m3", head: 16 }],
    tookMs: 5_000,
  });
  t.match((await cut("m1 m3 -o json", stored, noAnswer)).json(), { number: 17, unanswered: noAnswer.message });
  t.same((await cut("m1 m3 -o json --wait 0s", stored)).json(), stored);
});
