import t from "tap";
import { OperatorError } from "../src/operator-client.ts";
import { listOf, now, receiverOf } from "./receivers.ts";
import { runMeshpass } from "./run-meshpass.ts";

const gone = receiverOf("m2", { instance: "78ad5308-1", live: false });
const answers = {
  "GET /receivers": listOf(receiverOf("m1", { instance: "78ad5308-0" }), gone, receiverOf("m2", { instance: "7fff" })),
  "DELETE /receivers/m2/78ad5308-1": { forgotten: true },
};
const forget = (...words: string[]) => runMeshpass(["forget", ...words], answers);

t.test("a receiver is forgotten by its service and the beginning of its instance", async (t) => {
  const { report, calls } = await forget("m2", "78ad");
  t.same(report, { lines: ["m2 78ad5308 is not waited for any more"], exitCode: 0 });
  t.match(calls.at(-1), { method: "DELETE", path: "/receivers/m2/78ad5308-1" });
  const { json } = await forget("m2", "78ad", "-o", "json");
  t.same(json(), { service: "m2", instance: "78ad5308-1", forgotten: true });
});

t.test("none, or several that begin so, is one line and exit code 1, and nothing is forgotten", async (t) => {
  for (const [words, line] of [
    [["m3", "78ad"], /^there is no receiver m3 78ad; pnpm meshpass status lists them$/],
    [["m2", "7"], /^2 receivers begin like m2 7; write more of its instance/],
  ] as const) {
    const { report, calls } = await forget(...words);
    t.match(report, { lines: [line], exitCode: 1, isError: true });
    t.equal(calls.length, 1);
  }
});

const silent = (service: string, instance: string) => receiverOf(service, { instance, live: false });
const killed = {
  "GET /receivers": listOf(
    receiverOf("m1", { instance: "7c1ea9b2-0", lastHeardAt: now - 3_000 }),
    silent("m1", "9b0ff2cf-1"),
    silent("m1", "aa"),
    silent("m2", "51fe0c77-2"),
  ),
  "DELETE /receivers/m1/9b0ff2cf-1": { forgotten: true },
  "DELETE /receivers/m1/aa": { forgotten: true },
  "DELETE /receivers/m2/51fe0c77-2": new OperatorError("404", { code: "unknown_receiver" }),
};
const deleted = (calls: readonly { method: string; path: string }[]) =>
  calls.filter(({ method }) => method === "DELETE").map(({ path }) => path);

t.test("of a service all that are silent are forgotten, and it says which, and who stays", async (t) => {
  const { report, calls } = await runMeshpass(["forget", "m1"], killed);
  t.same(report, {
    lines: ["2 receivers are not waited for any more: m1 9b0ff2cf, m1 aa", "1 stays: m1 7c1ea9b2, heard of 3 s ago"],
    exitCode: 0,
  });
  t.same(deleted(calls), ["/receivers/m1/9b0ff2cf-1", "/receivers/m1/aa"]);
  t.same((await runMeshpass(["forget", "m1", "--silent"], killed)).report, report);
});

t.test("with --silent it is those of every service; one that is forgotten already is no failure", async (t) => {
  const { report, calls, json } = await runMeshpass(["forget", "--silent", "-o", "json"], killed);
  t.same(json(), {
    forgotten: [
      { service: "m1", instance: "9b0ff2cf-1" },
      { service: "m1", instance: "aa" },
      { service: "m2", instance: "51fe0c77-2" },
    ],
    stayed: [{ service: "m1", instance: "7c1ea9b2-0" }],
  });
  t.equal(report.exitCode, 0);
  t.equal(deleted(calls).length, 3);
});

t.test("where nobody is silent nobody is forgotten; a service without receivers is exit code 1", async (t) => {
  const { report, calls } = await forget("m1");
  t.match(report, { lines: ["nobody is forgotten: none of them is silent", /^1 stays: m1 78ad5308,/], exitCode: 0 });
  t.same(deleted(calls), []);
  t.match((await forget("m9")).report, { lines: [/^there is no receiver of m9;/], exitCode: 1, isError: true });
  const none = { "GET /receivers": listOf() };
  t.match((await runMeshpass(["forget", "--silent"], none)).report, { lines: [/^nobody is forgotten/], exitCode: 0 });
});

t.test("of very many some are named, and what names say moves no terminal", async (t) => {
  const many = Array.from({ length: 22 }, (_, nth) => receiverOf("m1", { instance: `${nth}\u001b` }));
  const { report } = await runMeshpass(["forget", "m1"], { "GET /receivers": listOf(...many) });
  t.match(report.lines[1], /^22 stay: m1 0\\u001b, heard of 2 s ago; .*; and 2 more$/);
});

t.test("whom to forget has to be said, once; a server that fails is told", async (t) => {
  for (const words of [[], ["m1", "9b", "--silent"]]) {
    const { report, calls } = await runMeshpass(["forget", ...words], killed);
    t.match(report, { lines: [/^say whom to forget/], exitCode: 2, isError: true });
    t.same(calls, []);
  }
  const failing = { ...killed, "DELETE /receivers/m1/aa": new OperatorError("it failed", { code: "server_error" }) };
  t.match((await runMeshpass(["forget", "m1"], failing)).report, { lines: ["it failed"], exitCode: 2, isError: true });
});
