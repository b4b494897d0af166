import { registerHooks, stripTypeScriptTypes } from "node:module";
import { Socket } from "node:net";
import { createActionConsole } from "./action-console.ts";
import { createActionHooks } from "./action-hooks.ts";
import { describeFailure } from "./describe-failure.ts";
import { fenceGlobals } from "./fence-globals.ts";
import { loadActions } from "./load-actions.ts";
import { type ActionSource, type FromRunner, maxLogsPerRequest } from "./messages.ts";
import { readLines } from "./read-lines.ts";
import { runActions } from "./run-actions.ts";

// The child in which actions run. Its one channel is file descriptor 3: lines of JSON come in and go out there. It runs
// one request after the other, so the oldest that is not answered is the one that runs.
const channel = new Socket({ fd: 3 });
channel.setEncoding("utf8");
// Taken here: soon there is no `process` any more.
const exit = process.exit.bind(process);
channel.on("error", () => exit(1));

/** Resolves once the message has left this process: an endless loop that follows does not keep it back. */
const say = (message: FromRunner): Promise<void> =>
  new Promise((resolve) => channel.write(`${JSON.stringify(message)}\n`, () => resolve()));

let acting = "";
let logged = 0;
const act = (action: string): void => {
  acting = action;
};
const log = (text: string): void => {
  logged += 1;
  if (logged <= maxLogsPerRequest) void say({ kind: "log", action: acting, text });
};
// What an action left running must not end the process under the next one.
process.on("uncaughtException", (thrown) => log(`thrown after its end: ${describeFailure(thrown)}`));

const lines = readLines(channel as AsyncIterable<string>);
const sources: readonly ActionSource[] = JSON.parse((await lines.next()).value);
// What takes the types out of an action is WebAssembly, which is gone behind the fence: it is loaded before.
stripTypeScriptTypes("");
registerHooks(createActionHooks(sources, import.meta.url));
fenceGlobals(globalThis, createActionConsole(log));

const actions = await loadActions(sources, (url) => import(url), act);
if ("text" in actions) await say({ kind: "unloadable", ...actions });
else {
  await say({ kind: "ready" });
  for await (const line of lines) {
    logged = 0;
    const { id, event } = JSON.parse(line);
    await say({ kind: "answer", id, verdict: await runActions(actions, event, act) });
  }
}
// The parent is gone.
exit(0);
