import { createActions } from "@meshpass/actions";
import t from "tap";
import { readActionsOptions } from "../src/actions-options.ts";

const given = { folder: "actions", onWarning: () => undefined, onLog: () => undefined };

t.test("what is not given has its default", async (t) => {
  t.match(readActionsOptions(given), { folder: "actions", only: undefined, timeLimitMs: 500, clock: Date.now });
  t.type(readActionsOptions(given).monotonic(), "number");
});

const wrong: Readonly<Record<string, object>> = {
  "folder must be the path of a folder": { folder: "" },
  "only must be the name of a file": { only: "examples/ban.ts" },
  "timeLimitMs must be 10 to 5,000": { timeLimitMs: 9 },
  "onWarning and onLog must be functions": { onLog: 1 },
  "clock and monotonic must be functions": { clock: 1 },
  "timers must have setTimeout and clearTimeout": { timers: {} },
};

t.test("everything that is wrong is said at once", async (t) => {
  for (const [message, change] of Object.entries(wrong)) {
    t.throws(() => readActionsOptions({ ...given, ...change }), new TypeError(`createActions: ${message}`));
  }
  t.throws(() => readActionsOptions({ ...given, timeLimitMs: 5_001 }), TypeError);
  t.throws(() => readActionsOptions({ ...given, timeLimitMs: 10.5 }), TypeError);
  const all = Object.keys(wrong).join("; ");
  await t.rejects(createActions(Object.assign({}, ...Object.values(wrong))), new TypeError(`createActions: ${all}`));
});
