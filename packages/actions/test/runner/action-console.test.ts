import t from "tap";
import { createActionConsole } from "../../src/runner/action-console.ts";

t.test("each call is one bounded text, whatever it is given", async (t) => {
  const texts: string[] = [];
  const { log, warn, error } = createActionConsole((text) => texts.push(text)) as unknown as Console;
  const cycle: unknown[] = [];
  cycle.push(cycle);
  log("a", 1, { b: null }, undefined, cycle);
  warn(new TypeError("odd"));
  error("x".repeat(9_000));
  t.strictSame(texts, ['a 1 {"b":null} undefined [object]', "TypeError: odd", "x".repeat(200)]);
});
