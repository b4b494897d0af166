import t from "tap";
import { listOf, receiverOf } from "./receivers.ts";
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
