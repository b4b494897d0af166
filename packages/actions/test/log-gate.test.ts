import type { ActionLog } from "@meshpass/actions";
import t from "tap";
import { createLogGate } from "../src/log-gate.ts";

t.test("ten lines pass at once and five a second, and the next one says how many did not", async (t) => {
  const lines: ActionLog[] = [];
  let now = 0;
  const log = createLogGate(
    (line) => lines.push(line),
    () => now,
  );
  const say = (times: number) => Array.from({ length: times }, () => log({ action: "a.ts", text: "b\u0007" }));
  say(13);
  t.equal(lines.length, 10);
  t.strictSame(lines[0], { action: "a.ts", text: "b\\u0007" });
  now = 199;
  say(1);
  t.equal(lines.length, 10);
  now = 200;
  say(2);
  t.equal(lines.length, 11);
  t.equal(lines[10]?.text, "(4 lines left out) b\\u0007");
  now = 60_000;
  say(20);
  t.equal(lines.length, 21);
});
