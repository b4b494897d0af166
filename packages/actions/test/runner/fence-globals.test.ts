import t from "tap";
import { fenceGlobals } from "../../src/runner/fence-globals.ts";

t.test("only what the language has is left, nothing of it can be replaced, and console is ours", async (t) => {
  const console = {};
  const globals: Record<PropertyKey, unknown> = { JSON, process, fetch, [Symbol("undici")]: 1, console: 1 };
  fenceGlobals(globals, console);
  t.strictSame(Reflect.ownKeys(globals), ["JSON", "console"]);
  t.equal(globals.console, console);
  t.throws(() => {
    globals.JSON = 1;
  }, TypeError);
  t.throws(() => {
    globals.fetch = 1;
  }, TypeError);
});

t.test("what cannot be taken away is said by its name", async (t) => {
  const globals = Object.defineProperty({}, "process", { value: process });
  t.throws(() => fenceGlobals(globals, {}), new Error("process cannot be taken from actions"));
});
