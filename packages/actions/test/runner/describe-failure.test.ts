import t from "tap";
import { describeFailure } from "../../src/runner/describe-failure.ts";

const withStack = (stack: string) => Object.assign(new Error("no such client"), { stack });

t.test("a failure is told with the line of the action's file, where that is known", async (t) => {
  t.equal(describeFailure(withStack("Error\n    at f (action:/ban.ts:7:3)")), "line 7: no such client");
  t.equal(describeFailure(withStack("action:/ban.ts:2\n  return 1 +;")), "line 2: no such client");
  t.equal(describeFailure(withStack("Error\n    at node:internal:1:1")), "no such client");
});

t.test("whatever is thrown has a text, which is bounded", async (t) => {
  t.equal(describeFailure("text"), "it threw text");
  t.equal(describeFailure(undefined), "it threw what has no text");
  t.equal(describeFailure(Object.create(null)), "it threw what has no text");
  t.equal(describeFailure(new Error("x".repeat(9_000))).length, 200);
});
