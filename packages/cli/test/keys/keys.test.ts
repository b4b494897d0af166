import t from "tap";
import { OperatorError } from "../../src/operator-client.ts";
import { listOf, receiverOf } from "../receivers.ts";
import { noAnswer, runMeshpass } from "../run-meshpass.ts";

const keys = [
  { kid: "d-1", family: "rotating", state: "signing" },
  { kid: "s-1", family: "static", state: "signing" },
];
const staged = { kid: "d-2", family: "rotating", state: "staged" };
const late = { service: "m3", instance: "7c1e0f5a-77", lastHeardAt: 9_996_000 };
const listed = { core: "embedded", keys };
const waiting = (holding: number, behind: readonly object[]) => ({
  ...listed,
  keys: [staged, ...keys],
  rotation: { kid: "d-2", next: behind.length === 0 ? "promote" : "wait", holding, receivers: 3, behind },
});
const done = waiting(3, []);

/** An auth server that gives these lists one after the other, and stages d-2. */
const rotate = (lists: readonly object[], words: readonly string[] = [], promoted: unknown = { promoted: "d-2" }) => {
  const posts = [{ staged: "d-2" }, ...(Array.isArray(promoted) ? promoted : [promoted])];
  return runMeshpass(["keys", "rotate", ...words], { "GET /keys": lists, "POST /keys": posts });
};
const promotions = (calls: readonly { readonly body: object | undefined }[]) =>
  calls.map(({ body }) => body).filter((body) => (body as { action?: string } | undefined)?.action === "promote");

t.test("keys are listed with what each is good for", async (t) => {
  const withdrawn = { kid: "d-0", family: "rotating", state: "withdrawn", withdrawnAt: 86_400 };
  const { report, calls } = await runMeshpass(["keys", "list"], {
    "GET /keys": { ...listed, keys: [...keys, withdrawn] },
  });
  t.strictSame(calls, [{ method: "GET", path: "/keys", body: undefined }]);
  t.same(report, {
    lines: [
      "KID  FAMILY    STATE",
      "d-1  rotating  signing",
      "s-1  static    signing",
      "d-0  rotating  withdrawn 1970-01-02",
    ],
    exitCode: 0,
  });
});

t.test("the list says how far a staged key is, and what the core does not say", async (t) => {
  const lastLine = async (answer: object) =>
    (await runMeshpass(["keys", "list"], { "GET /keys": answer })).report.lines.at(-1);
  t.equal(await lastLine(waiting(2, [late])), "2 of 3 receivers have d-2; pnpm meshpass keys rotate goes on with it");
  const one = { ...waiting(0, [late]).rotation, receivers: 1 };
  t.match(await lastLine({ ...done, rotation: one }), /^0 of 1 receiver has d-2; /);
  t.match(
    await lastLine({ ...listed, core: "other" }),
    /does not say which of its keys signs, and lets none be changed/,
  );
  t.match(await lastLine({ ...listed, core: "unreachable" }), /does not answer; .* published last/);
  const { json } = await runMeshpass(["keys", "list", "-o", "json"], { "GET /keys": done });
  t.same(json(), done);
});

t.test("a rotation stages a key, waits until every receiver has it, lets it sign and says so", async (t) => {
  const { report, calls, progress } = await rotate([listed, waiting(2, [late]), waiting(2, [late]), done]);
  t.same(
    calls.map(({ method, body }) => [method, body]),
    [
      ["GET", undefined],
      ["POST", { action: "stage" }],
      ["GET", undefined],
      ["GET", undefined],
      ["GET", undefined],
      ["POST", { action: "promote", kid: "d-2" }],
    ],
  );
  t.same(report, {
    lines: [
      "d-2 signs now, after 0.2 s; 3 of 3 receivers have d-2",
      "d-1 stays published until its last token is dead",
    ],
    exitCode: 0,
  });
  t.same(progress, [...Array(2).fill("2 of 3 receivers have d-2; waiting for m3 7c1e0f5a, last heard of 4 s ago"), ""]);
});

t.test("progress names the first of many, and nobody where nobody is behind", async (t) => {
  const { progress } = await rotate([
    listed,
    waiting(1, [late, late]),
    { ...waiting(3, []), rotation: { ...done.rotation, next: "wait" } },
    done,
  ]);
  t.match(progress[0], /^1 of 3 receivers have d-2; waiting for m3 7c1e0f5a, .*, and 1 more$/);
  t.equal(progress[1], "3 of 3 receivers have d-2");
});

t.test("what is behind at the end of the wait is named, the key does not sign, and the exit code is 1", async (t) => {
  const { report, calls } = await rotate([listed, waiting(2, [late])], ["--wait", "2s"]);
  t.same(promotions(calls), []);
  t.same(report, {
    lines: [
      "2 of 3 receivers have d-2 after 2.0 s, so it does not sign yet",
      "waiting for m3 7c1e0f5a, last heard of 4 s ago",
      "it stays staged: pnpm meshpass keys rotate goes on with it, and with --force it signs all the same",
    ],
    exitCode: 1,
  });
  const { json, report: answer } = await rotate([listed, waiting(2, [late])], ["--wait", "0s", "-o", "json"]);
  t.same(json(), { staged: "d-2", holding: 2, receivers: 3, behind: [late], tookMs: 0 });
  t.equal(answer.exitCode, 1);
});

t.test("the wait is 30 s if none is given", async (t) => {
  t.match((await rotate([listed, waiting(2, [late])])).report.lines[0], /after 30\.0 s/);
});

t.test("with --force the key signs at the end of the wait, whoever does not have it", async (t) => {
  const { report, calls } = await rotate([listed, waiting(2, [late])], ["--wait", "1s", "--force"]);
  t.same(promotions(calls), [{ action: "promote", kid: "d-2", force: true }]);
  t.equal(report.lines[0], "d-2 signs now, after 1.0 s; 2 of 3 receivers have d-2");
  t.equal(report.exitCode, 0);
});

t.test("a receiver that falls behind just then is waited for again", async (t) => {
  const behind = new OperatorError("behind", { code: "receivers_behind" });
  const { report, calls } = await rotate([listed, done, waiting(2, [late]), done], [], [behind, { promoted: "d-2" }]);
  t.equal(promotions(calls).length, 2);
  t.equal(report.exitCode, 0);
});

t.test("any other refusal ends it with one line", async (t) => {
  const refused = new OperatorError("replaced", { code: "replaced_key" });
  const { report, progress } = await rotate([listed, done], [], refused);
  t.same(report, { lines: ["replaced"], exitCode: 2, isError: true });
  t.equal(progress.at(-1), "", "and leaves no line behind");
  const { report: unknown } = await rotate([listed, done], [], { signs: "d-2" });
  t.match(unknown, { lines: [/is not understood here; .*pnpm meshpass keys list$/], exitCode: 2, isError: true });
});

t.test("a key that somebody else let sign meanwhile signs, and is not said to replace itself", async (t) => {
  const signing = { ...listed, keys: [{ ...staged, state: "signing" }] };
  const { report } = await rotate([signing]);
  t.same(report, { lines: ["d-2 signs now, after 0.0 s; no receiver has been heard of"], exitCode: 0 });
});

t.test("a rotation for programs", async (t) => {
  const { json, report } = await rotate([listed, done], ["-o", "json"]);
  t.same(json(), { promoted: "d-2", replaced: "d-1", holding: 3, receivers: 3, behind: [], tookMs: 0 });
  t.equal(report.exitCode, 0);
});

t.test("a core whose keys cannot be changed, or that is away, is not asked to", async (t) => {
  for (const [core, said] of [
    ["other", /^this core has no interface to rotate a key: .* and its static key never$/],
    ["unreachable", /^the core does not answer, and nothing is changed/],
  ] as const) {
    const { report, calls } = await rotate([{ ...listed, core }]);
    t.equal(calls.length, 1);
    t.match(report, { lines: [said], exitCode: 1, isError: true });
  }
});

const withdrawn = (kid: string, atCore = "dropped") => ({
  [`DELETE /keys/${kid}`]: { withdrawn: kid, epoch: 1, number: 17, ends: `kid ${kid}`, at: 1, atCore },
  "GET /receivers": listOf(receiverOf("m1"), receiverOf("m2")),
});

t.test("withdrawing a key waits for every receiver, and says what ends with it", async (t) => {
  const { report, calls } = await runMeshpass(["keys", "withdraw", "d-1"], withdrawn("d-1"));
  t.strictSame(calls, [
    { method: "DELETE", path: "/keys/d-1", body: undefined },
    { method: "GET", path: "/receivers", body: undefined },
  ]);
  t.same(report, {
    lines: [
      "d-1 is withdrawn: every token that it signed is dead, and it is never published or trusted again",
      "in force at 2 of 2 receivers in 0.0 s",
      "the core has deleted it, and signs with another key",
    ],
    exitCode: 0,
  });
  const { report: ofStatic } = await runMeshpass(["keys", "withdraw", "s-1"], withdrawn("s-1"));
  t.match(ofStatic.lines[2], /every credential is dead with it: issue each anew/);
  const { json } = await runMeshpass(["keys", "withdraw", "d-1", "-o", "json"], withdrawn("d-1"));
  t.match(json(), { withdrawn: "d-1", number: 17, atCore: "dropped", receivers: 2 });
  const behind = { ...withdrawn("d-1"), "GET /receivers": listOf(receiverOf("m1"), receiverOf("m2", { head: 16 })) };
  const { report: late } = await runMeshpass(["keys", "withdraw", "d-1"], behind);
  t.match(late, { exitCode: 1, lines: [String, "in force at 1 of 2 receivers after 5.0 s"] });
});

t.test("what a core could not be made to do is said plainly, with what to do instead", async (t) => {
  const lines = async (kid: string, atCore: string) =>
    (await runMeshpass(["keys", "withdraw", kid], withdrawn(kid, atCore))).report.lines.slice(-2);
  t.match(await lines("d-1", "not_supported_by_core"), [
    /no interface to delete a key: as long as it signs with it, nobody gets a token/,
    /delete its row from session_access_token_signing_keys in the core's database, and restart/,
  ]);
  t.match((await lines("s-1", "not_supported_by_core"))[1], /from jwt_signing_keys/);
  t.match((await lines("d-1", "core_unavailable"))[1], /could not be reached to delete it: .* tries again every 10 s/);
});

t.test(
  "a kid that none can be is refused before anything is asked, and one that nobody knows by the server",
  async (t) => {
    for (const kid of ["../cuts", "a b", "a\u001b[2J", "k".repeat(129)]) {
      const { report, calls } = await runMeshpass(["keys", "withdraw", kid], {});
      t.match(report, { exitCode: 2, isError: true });
      t.notOk(report.lines[0]?.includes("\u001b"));
      t.same(calls, []);
    }
    const unknown = new OperatorError("404", { code: "unknown_key" });
    const { report } = await runMeshpass(["keys", "withdraw", "d-9"], { "DELETE /keys/d-9": unknown });
    t.same(report, { lines: ["there is no key d-9; pnpm meshpass keys list"], exitCode: 1, isError: true });
  },
);

t.test("an auth server that is away, or answers what is not understood, is one line and exit code 2", async (t) => {
  for (const words of [["list"], ["rotate"], ["withdraw", "d-1"]]) {
    for (const answer of [noAnswer, {}, { core: "embedded", keys: [{ kid: 7 }] }]) {
      const answers = { "GET /keys": answer, "DELETE /keys/d-1": answer };
      const { report } = await runMeshpass(["keys", ...words], answers);
      t.match(report, { exitCode: 2, isError: true });
      t.equal(report.lines.length, 1);
    }
  }
});

t.test("nothing that the server says moves the terminal", async (t) => {
  const evil = "m3\u001b[2J";
  const list = { ...waiting(2, [{ ...late, service: evil, instance: evil }]), keys: [{ ...staged, kid: evil }] };
  for (const words of [
    ["keys", "list"],
    ["keys", "rotate", "--wait", "0s"],
  ]) {
    const answers = { "GET /keys": list, "POST /keys": { staged: "d-2" } };
    const { report, progress } = await runMeshpass(words, answers);
    t.notOk([...report.lines, ...progress].join("").includes("\u001b"));
  }
});
