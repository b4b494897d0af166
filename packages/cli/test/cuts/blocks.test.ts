import t from "tap";
import { OperatorError } from "../../src/operator-client.ts";
import { listOf, receiverOf } from "../receivers.ts";
import { noAnswer, runMeshpass } from "../run-meshpass.ts";

const stored = { epoch: 1, number: 17, ends: "caller m1", at: 1 };
const edge = { caller: "m1", target: "m3", at: 10_000 - 65 };
const whole = { caller: "m1", at: 10_000 - 86_400 };

t.test("block stops new tokens, says how to lift that, and waits for the receivers", async (t) => {
  const answers = {
    "POST /blocks": stored,
    "GET /receivers": listOf(receiverOf("m1"), receiverOf("m3", { head: 16 })),
  };
  const one = await runMeshpass(["block", "m1", "m3"], answers);
  t.same(one.calls[0], { method: "POST", path: "/blocks", body: { caller: "m1", target: "m3" } });
  t.match(one.report, {
    lines: [
      "m1 gets no token for m3 until pnpm meshpass unblock m1 m3, and those that exist are cut",
      "in force at 1 of 2 receivers after 5.0 s",
      /^m3 /,
    ],
    exitCode: 1,
  });
  const all = await runMeshpass(["block", "m1"], {
    ...answers,
    "GET /receivers": listOf(receiverOf("m1", { head: 16 })),
  });
  t.same(all.calls[0], { method: "POST", path: "/blocks", body: { caller: "m1" } });
  t.match(all.report, { lines: [/^m1 gets no token until pnpm meshpass unblock m1, /, /^in force at 0 of 1/, /^m1 /] });
  t.match((await runMeshpass(["block", "m1", "-o", "json", "--wait", "0s"], answers)).json(), stored);
});

t.test("a block of a name that the map does not name says so, and holds all the same", async (t) => {
  const notInMap = [{ name: "m11", nearest: "m1" }, { name: "m33" }];
  const answers = { "POST /blocks": { ...stored, notInMap } };
  const { report } = await runMeshpass(["block", "m11", "m33", "--wait", "0s"], answers);
  t.match(report, {
    lines: [
      /^m11 gets no token for m33 until/,
      "the map does not name m11 (the nearest in it is m1); the block is made all the same",
      "the map does not name m33; the block is made all the same",
      /^nobody waited/,
    ],
    exitCode: 0,
  });
  t.match((await runMeshpass(["block", "m11", "m33", "--wait", "0s", "-o", "json"], answers)).json(), { notInMap });
});

t.test("unblock lifts exactly that block", async (t) => {
  const blocks = { "GET /blocks": { blocks: [] } };
  const one = await runMeshpass(["unblock", "m1", "m3"], { "DELETE /blocks/m1/m3": { lifted: true }, ...blocks });
  t.same(one.calls[0], { method: "DELETE", path: "/blocks/m1/m3", body: undefined });
  t.same(one.report, { lines: ["m1 may get tokens for m3 again, as far as the map allows"], exitCode: 0 });
  const all = await runMeshpass(["unblock", "m1"], { "DELETE /blocks/m1": { lifted: true }, ...blocks });
  t.same(all.report, { lines: ["m1 may get tokens again, as far as the map allows"], exitCode: 0 });
  const json = await runMeshpass(["unblock", "m1", "m3", "-o", "json"], { "DELETE /blocks/m1/m3": { lifted: true } });
  t.same(json.json(), { caller: "m1", target: "m3", lifted: true });
});

t.test("another block that still holds is told, and one that cannot be asked for is not", async (t) => {
  const unblock = async (words: string, blocks: unknown) =>
    runMeshpass(["unblock", ...words.split(" ")], {
      "GET /blocks": blocks,
      "DELETE /blocks/m1": { lifted: true },
      "DELETE /blocks/m1/m3": { lifted: true },
    }).then(({ report }) => report);
  t.same((await unblock("m1 m3", { blocks: [whole] })).lines, [
    "that is lifted, but m1 is blocked for every target: pnpm meshpass unblock m1",
  ]);
  const left = { blocks: [edge, { ...edge, target: "m2" }, { ...edge, caller: "m2" }] };
  t.same((await unblock("m1", left)).lines[1], "still blocked one by one: m3, m2");
  t.match(await unblock("m1 m3", noAnswer), { lines: [/may get tokens for m3 again/], exitCode: 0 });
  await t.rejects(unblock("m1 m3", new RangeError("a bug")), RangeError);
});

t.test("a block that is not there is one line and exit code 1; no answer is exit code 2", async (t) => {
  const unknown = new OperatorError("answered 404", { code: "unknown_block" });
  const none = { "GET /blocks": { blocks: [] } };
  const one = await runMeshpass(["unblock", "m1", "m3"], { "DELETE /blocks/m1/m3": unknown, ...none });
  t.same(one.report, {
    lines: ["m1 => m3 is not blocked; pnpm meshpass blocks lists what is"],
    exitCode: 1,
    isError: true,
  });
  const wider = { "DELETE /blocks/m1/m3": unknown, "GET /blocks": { blocks: [whole] } };
  t.same((await runMeshpass(["unblock", "m1", "m3"], wider)).report.lines, [
    "m1 => m3 has no block of its own; m1 is blocked for every target: pnpm meshpass unblock m1",
  ]);
  const all = await runMeshpass(["unblock", "m1"], { "DELETE /blocks/m1": unknown, ...none });
  t.match(all.report, { lines: ["m1 as a whole is not blocked; pnpm meshpass blocks lists what is"], exitCode: 1 });
  const silent = await runMeshpass(["unblock", "m1"], { "DELETE /blocks/m1": noAnswer });
  t.match(silent.report, { lines: [noAnswer.message], exitCode: 2, isError: true });
});

t.test("a bad name is refused before anything is asked", async (t) => {
  for (const words of ["block M1", "block m1 ../x", "unblock M1", "unblock m1 auth-server"]) {
    const { report, calls } = await runMeshpass(words.split(" "), {});
    t.match(report, { exitCode: 2, isError: true }, words);
    t.same(calls, []);
  }
});

t.test("blocks lists who gets no tokens, and since when", async (t) => {
  const list = async (blocks: unknown, ...words: readonly string[]) =>
    runMeshpass(["blocks", ...words], { "GET /blocks": blocks });
  t.same((await list({ blocks: [edge, { ...whole, caller: "m\u0007" }] })).report, {
    lines: [
      "CALLER   TARGET        BLOCKED",
      "m1       m3            1 min 5 s ago",
      "m\\u0007  every target  1 d ago",
    ],
    exitCode: 0,
  });
  t.same((await list({ blocks: [] })).report, { lines: ["nobody is blocked"], exitCode: 0 });
  t.same((await list({ blocks: [edge] }, "-o", "json")).json(), { blocks: [edge] });
  for (const answer of [noAnswer, null, {}, { blocks: {} }, { blocks: [{ ...edge, target: null }] }, { blocks: [7] }])
    t.match((await list(answer)).report, { lines: [String], exitCode: 2, isError: true });
});
