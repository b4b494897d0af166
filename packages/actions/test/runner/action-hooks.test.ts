import t from "tap";
import { createActionHooks } from "../../src/runner/action-hooks.ts";

const runner = "file:///runner.ts";
const { resolve, load } = createActionHooks(
  [
    { name: "a.ts", text: "typed" },
    { name: "b.js", text: "plain" },
  ],
  runner,
);
const context = (parentURL: string | undefined) => ({ parentURL, conditions: [], importAttributes: {} });
const never = () => t.fail("what comes next is not asked") as never;

t.test("the runner imports the actions from memory, with types or without", async (t) => {
  t.strictSame(resolve("action:/a.ts", context(runner), never), { url: "action:/a.ts", shortCircuit: true });
  const loaded = { conditions: [], importAttributes: {}, format: undefined };
  t.match(load("action:/a.ts", loaded, never), { format: "module-typescript", source: "typed", shortCircuit: true });
  t.match(load("action:/b.js", loaded, never), { format: "module", source: "plain" });
});

t.test("an action imports nothing, another action neither; and the runner imports nothing else", async (t) => {
  for (const specifier of [
    "node:net",
    "fs",
    "./b.js",
    "action:/b.js",
    "file:///etc/passwd",
    "data:text/javascript,1",
  ]) {
    t.throws(() => resolve(specifier, context("action:/a.ts"), never), {
      message: /^an action imports nothing but types/,
    });
  }
  t.throws(() => resolve("node:net", context(runner), never), Error);
  t.throws(() => resolve("action:/a.ts", context(undefined), never), Error);
});
