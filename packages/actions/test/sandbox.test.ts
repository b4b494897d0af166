import t from "tap";
import { eventOf } from "./event-of.ts";
import { actionOf, openActions } from "./open-actions.ts";

const importOf = (specifier: string): string => `await import(${JSON.stringify(specifier)})`;

/** Each is tried by an action, and must end with an error or give undefined. */
const attempts: Readonly<Record<string, string>> = {
  "the environment": "process.env",
  "a signal to the parent": "process.kill(process.ppid)",
  "a module of Node by process": 'process.getBuiltinModule("fs")',
  "a module of Node": importOf("node:fs"),
  "a module of Node by another name": importOf("child_process"),
  "a socket": importOf("node:net"),
  "a worker": importOf("node:worker_threads"),
  "a file as a module": importOf("file:///etc/passwd"),
  "code in a URL": importOf("data:text/javascript,export default 1"),
  "another action": importOf("action:/b.ts"),
  require: 'require("fs")',
  "the network": 'await fetch("http://127.0.0.1:9/")',
  "a WebSocket": 'new WebSocket("ws://127.0.0.1:9/")',
  "an EventSource": 'new EventSource("http://127.0.0.1:9/")',
  "code out of a text": "eval('1')",
  "a function out of a text": 'new Function("return globalThis")()',
  "a function out of a text, through ours": 'api.access.deny.constructor("return 1")()',
  "an async function out of a text": '(async () => {}).constructor("return 1")()',
  "a timer that outlasts it": "setTimeout(() => {}, 1)",
  WebAssembly: "new WebAssembly.Memory({ initial: 1 })",
  "shared memory": "new SharedArrayBuffer(1)",
  "the streams behind console": "console._stdout.write('x')",
  "a channel to others": 'new BroadcastChannel("x")',
  "the prototype of all objects": "Object.prototype.polluted = 1",
  "a method of lists": "Array.prototype.push = () => {}",
  "a method of promises": "Promise.prototype.then = () => {}",
  "a global that others use": "globalThis.JSON = { parse: () => ({}) }",
  "a global of its own": "globalThis.mine = 1",
  "the traces of errors": "Error.prepareStackTrace = (_, frames) => frames",
  "the event": 'event.client.client_id = "m2"',
  "the metadata": 'event.client.metadata.banned = "false"',
  "the scopes": 'event.accessToken.scope.push("write")',
  "the api": "api.access.deny = () => {}",
};

const tries = Object.entries(attempts).map(
  ([what, code]) => `
  try {
    if ((${code}) !== undefined) reached.push(${JSON.stringify(what)});
  } catch {
    refused += 1;
  }`,
);

t.test("an action reaches nothing but its event and its api", async (t) => {
  const text = actionOf(`const reached = [];\nlet refused = 0;\n${tries.join("\n")}
  api.accessToken.setCustomClaim("reached", reached);
  api.accessToken.setCustomClaim("refused", refused);`);
  const { actions } = await openActions(t, { "a.js": text, "b.ts": actionOf("") });
  const outcome = await actions.run(eventOf());
  t.same(outcome, { claims: { reached: [], refused: Object.keys(attempts).length }, warnings: [] });
});

t.test("what an action is given for its work works", async (t) => {
  const text = actionOf(`
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("x")));
    api.accessToken.setCustomClaim("digest", digest[0]);
    api.accessToken.setCustomClaim("host", new URL("https://a.example/b").host);
    class Odd extends Error { name = "Odd"; toString() { return "odd"; } }
    api.accessToken.setCustomClaim("own", String(new Odd()));
    api.accessToken.setCustomClaim("copy", structuredClone([new Date(0).toISOString(), atob("YQ==")]));`);
  const { actions } = await openActions(t, { "a.js": text });
  t.same(await actions.run(eventOf()), {
    claims: { digest: 45, host: "a.example", own: "odd", copy: ["1970-01-01T00:00:00.000Z", "a"] },
    warnings: [],
  });
});

t.test("a flood of lines is cut short, and does no harm to the request", async (t) => {
  const { actions, logs } = await openActions(t, {
    "a.js": actionOf('for (let n = 0; n < 1_000; n += 1) console.log("x".repeat(100_000));'),
  });
  t.same(await actions.run(eventOf()), { claims: {}, warnings: [] });
  t.ok(logs.length >= 10 && logs.length <= 20, `${logs.length} lines`);
  t.ok(logs.every(({ text }) => text.length <= 200));
});
