import t from "tap";
import { loadActions } from "../../src/runner/load-actions.ts";

const run = () => undefined;
const modules: Readonly<Record<string, object>> = {
  "action:/a.ts": { onExecuteCredentialsExchange: run },
  "action:/b.ts": { onExecuteCredentialsExchange: run },
  "action:/none.ts": { default: run },
};
const importModule = async (url: string): Promise<object> => {
  const found = modules[url];
  if (found === undefined) throw new SyntaxError("unexpected end");
  return found;
};

const load = async (...names: readonly string[]) => {
  const started: string[] = [];
  const sources = names.map((name) => ({ name, text: "" }));
  return { loaded: await loadActions(sources, importModule, (name) => started.push(name)), started };
};

t.test("every action is imported, in its turn", async (t) => {
  const { loaded, started } = await load("a.ts", "b.ts");
  t.strictSame(loaded, [
    { name: "a.ts", run },
    { name: "b.ts", run },
  ]);
  t.strictSame(started, ["a.ts", "b.ts"]);
});

t.test("the first that does not load, or exports no function, is named with the reason", async (t) => {
  t.match((await load("a.ts", "bad.ts", "b.ts")).loaded, { action: "bad.ts", text: "unexpected end" });
  t.match((await load("none.ts")).loaded, {
    action: "none.ts",
    text: /it exports no function onExecuteCredentialsExchange$/,
  });
});
