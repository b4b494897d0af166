import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ActionsOutcome, createActions } from "@meshpass/actions";
import t from "tap";
import { eventOf, eventOfClient } from "./event-of.ts";
import { folderOf } from "./folder-of.ts";
import { actionOf, openActions, until } from "./open-actions.ts";

const claimsOf = (outcome: ActionsOutcome) => ({ ...("claims" in outcome ? outcome.claims : { denied: true }) });
const set = (value: number) => actionOf(`api.accessToken.setCustomClaim("n", ${value});`);

t.test("a folder without actions, or none at all, starts no process and sets no claim", async (t) => {
  for (const folder of [t.testdir({ examples: {} }), join(t.testdir(), "none")]) {
    const actions = await createActions({ folder, onWarning: () => undefined, onLog: () => undefined, clock: () => 7 });
    t.ok(actions.isEmpty());
    t.same(await actions.run(eventOf()), { claims: {}, warnings: [] });
    t.same(actions.status(), { actions: [], loadedAt: 7, failures: 0, restarts: 0, problem: undefined });
    await actions.close();
    await t.rejects(actions.run(eventOf()), { code: "closed" });
  }
});

t.test("actions run in the order of their names, with what they import of types", async (t) => {
  const typed =
    'import type { ActionApi, ActionEvent } from "@meshpass/actions";\n' +
    "export async function onExecuteCredentialsExchange(event: ActionEvent, api: ActionApi): Promise<void> {\n" +
    '  api.accessToken.setCustomClaim("n", (event.accessToken.customClaims.n as number) + 1);\n' +
    '  api.accessToken.setCustomClaim("sub", "operator:me");\n' +
    '  console.log("seen", event.client.client_id, "\\u001b[2J");\n}\n';
  const { actions, logs } = await openActions(t, { "b.ts": typed, "a.js": set(1), "README.md": "" });
  t.notOk(actions.isEmpty());
  t.strictSame(actions.status().actions, ["a.js", "b.ts"]);
  const outcome = await actions.run(eventOf());
  t.same(outcome, {
    claims: { n: 2 },
    warnings: [
      { code: "protected_claim", action: "b.ts", message: "b.ts sets the claim sub, which is protected: ignored" },
    ],
  });
  t.strictSame(logs, [{ action: "b.ts", text: "seen m1 \\u001b[2J" }]);
});

const kinds = actionOf(`
  const { client_id } = event.client;
  if (client_id === "loop") for (;;);
  if (client_id === "wait") await new Promise(() => {});
  if (client_id === "throw") throw new Error("boo");
  if (client_id === "memory") for (const list = []; ; ) list.push(new Array(10_000).fill(0).map((_, n) => ({ n })));
  if (client_id === "later") Promise.resolve().then(() => Promise.reject(new Error("late")));
  if (client_id === "denied") api.access.deny("invalid_scope", "not today");
  api.accessToken.setCustomClaim("n", 1);`);

t.test("whatever an action does, the request that it did it to ends cleanly and the next one runs", async (t) => {
  const { actions, logs, warnings } = await openActions(t, { "a.ts": kinds });
  const run = (client: string) => actions.run(eventOfClient(client));
  t.same(await run("denied"), { denied: { code: "invalid_scope", reason: "not today", action: "a.ts" } });
  await t.rejects(run("throw"), { name: "ActionsError", code: "action_failed", message: /^a\.ts .*: line 6: boo$/ });
  t.same(claimsOf(await run("later")), { n: 1 });
  t.same(claimsOf(await run("m1")), { n: 1 });
  await until(() => logs.length > 0);
  t.match(logs, [{ action: "a.ts", text: /^thrown after its end: line 8: late$/ }]);
  t.equal(actions.status().restarts, 0);

  // One new process for each: on a busy machine two would take longer to start than a request waits.
  const runs = await Promise.allSettled(["m1", "loop", "m1"].map(run));
  const others = await Promise.allSettled(["wait", "m1"].map(run));
  t.match(runs.concat(others), [
    { status: "fulfilled" },
    { reason: { code: "time_limit" } },
    { status: "fulfilled" },
    { reason: { code: "time_limit" } },
    { status: "fulfilled" },
  ]);
  await t.rejects(run("memory"), { code: /^(child_died|time_limit)$/ });
  t.same(claimsOf(await run("m1")), { n: 1 });
  t.match(actions.status(), { failures: 4, restarts: 3 });
  t.equal(warnings.length, 3);
  t.match(warnings[0]?.message, /^The actions did not answer within 500 ms\. Their process is started anew\.$/);
});

t.test("the time limit is what was asked for", async (t) => {
  const { actions } = await openActions(t, { "a.ts": actionOf("await new Promise(() => {});") }, { timeLimitMs: 50 });
  await t.rejects(actions.run(eventOf()), { code: "time_limit", message: /within 50 ms/ });
});

t.test("a set that does not load is an error at start, with its place and its reason", async (t) => {
  const bad: Readonly<Record<string, readonly [string, RegExp]>> = {
    "a mistake in TypeScript": ["let a: number = ;", /^a\.ts does not load: line 1: .*\.$/],
    "no export": ["export default 1;", /it exports no function onExecuteCredentialsExchange/],
    "an import": ['import "node:net";', /an action imports nothing but types, and this one imports node:net/],
  };
  for (const [what, [text, message]] of Object.entries(bad)) {
    await t.rejects(openActions(t, { "a.ts": text }), { name: "ActionsError", code: "invalid_action", message }, what);
  }
});

t.test("a folder that others may write is an error at start, and so is a file", async (t) => {
  const folder = folderOf(t, { "a.ts": set(1) });
  const options = { folder, onWarning: () => undefined, onLog: () => undefined };
  chmodSync(join(folder, "a.ts"), 0o646);
  await t.rejects(createActions(options), { name: "ActionsError", code: "unsafe_folder" });
});

t.test("what is saved is in force within a second; what does not load leaves the last set in force", async (t) => {
  const { actions, folder, warnings, logs } = await openActions(t, { "a.ts": set(1) });
  const path = join(folder, "a.ts");
  const claims = async () => claimsOf(await actions.run(eventOf()));
  const savedAt = performance.now();
  writeFileSync(path, set(2));
  await until(() => logs.length === 1);
  t.comment(`in force after ${Math.round(performance.now() - savedAt)} ms`);
  t.same(await claims(), { n: 2 });
  t.strictSame(logs, [{ action: undefined, text: "Actions in force: a.ts" }]);

  writeFileSync(path, "export function");
  await until(() => warnings.length === 1);
  t.match(warnings, [
    { code: "actions_stale", message: /^a\.ts does not load: .* What loaded last stays in force\.$/ },
  ]);
  t.match(actions.status(), { problem: /does not load/, actions: ["a.ts"] });
  t.same(await claims(), { n: 2 });

  writeFileSync(join(folder, "next"), set(3), { mode: 0o644 });
  renameSync(join(folder, "next"), path);
  await until(() => logs.length === 2);
  t.same(await claims(), { n: 3 });
  t.equal(actions.status().problem, undefined);

  chmodSync(folder, 0o777);
  writeFileSync(path, set(4));
  await until(() => warnings.length === 2);
  t.match(warnings[1], { code: "actions_stale", message: /others may write/ });
  t.same(await claims(), { n: 3 });
  chmodSync(folder, 0o755);

  writeFileSync(join(folder, "linked"), set(5), { mode: 0o644 });
  symlinkSync("linked", join(folder, "link"));
  renameSync(join(folder, "link"), path);
  await until(() => logs.length === 3);
  t.same(await claims(), { n: 5 });
});

t.test("without its files there are no actions; without its folder the last ones stay", async (t) => {
  const { actions, folder, warnings, logs } = await openActions(t, { "a.ts": set(1) });
  renameSync(folder, `${folder}-gone`);
  await until(() => warnings.length === 1);
  t.match(warnings, [{ code: "actions_stale", message: /^The folder of the actions is gone/ }]);
  t.same(claimsOf(await actions.run(eventOf())), { n: 1 });
  renameSync(`${folder}-gone`, folder);
  await until(() => logs.length === 1);

  rmSync(join(folder, "a.ts"));
  await until(() => logs.length === 2);
  t.strictSame(logs[1]?.text, "Actions in force: none");
  t.ok(actions.isEmpty());
  t.same(claimsOf(await actions.run(eventOf())), {});
});

t.test("a request that runs ends on the set that it began with", async (t) => {
  const slow = (value: number) =>
    actionOf(`
    const end = Date.now() + 1_500;
    while (Date.now() < end);
    api.accessToken.setCustomClaim("n", ${value});`);
  const { actions, folder, logs } = await openActions(t, { "a.ts": slow(1) }, { timeLimitMs: 5_000 });
  const run = actions.run(eventOf());
  writeFileSync(join(folder, "a.ts"), set(2));
  await until(() => logs.length === 1);
  t.same(claimsOf(await actions.run(eventOf())), { n: 2 });
  t.same(claimsOf(await run), { n: 1 });
});

t.test("to close is to end what runs", async (t) => {
  const { actions } = await openActions(t, { "a.ts": actionOf("for (;;);") });
  const run = actions.run(eventOf());
  await Promise.all([t.rejects(run, { code: "closed" }), actions.close()]);
  await t.rejects(actions.run(eventOf()), { code: "closed" });
});
