import { type ActionEvent, type ActionLog, ActionsError, type ActionsOutcome } from "@meshpass/actions";
import { createProgram, type Report } from "@meshpass/cli";
import t from "tap";
import { outside } from "../outside.ts";

const names = ["a.ts", "b.ts"];
const granted: ActionsOutcome = { claims: {}, warnings: [] };

interface World {
  readonly outcome?: ActionsOutcome | Error;
  readonly log?: readonly ActionLog[];
  readonly actions?: readonly string[];
}

/** Runs `meshpass actions test FILE` with `words`, where the actions say `outcome`. */
async function run(words: string, { outcome = granted, log = [], actions = names }: World = {}) {
  const events: ActionEvent[] = [];
  let closed = 0;
  let report: Report = { lines: [], exitCode: -1 };
  const world = outside({
    print: (printed) => {
      report = printed;
    },
    openActions: async (path, onLog) => {
      if (path === "gone") throw Object.assign(new Error("stat gone"), { code: "ENOENT" });
      return {
        isEmpty: () => actions.length === 0,
        run: async (event) => {
          events.push(event);
          log.forEach(onLog);
          if (outcome instanceof Error) throw outcome;
          return outcome;
        },
        status: () => ({ actions, loadedAt: 0, failures: 0, restarts: 0, problem: undefined }),
        close: async () => {
          closed += 1;
        },
      };
    },
  });
  await createProgram(world).parseAsync(["actions", "test", ...words.split(" ")], { from: "user" });
  return { report, event: events[0], closed };
}

const asked = "actions --caller m1 --target m2";

t.test("what the actions allow is exit code 0, with the claims that they set and what they said", async (t) => {
  const message = "a.ts sets the claim sub, which is protected: ignored";
  const outcome: ActionsOutcome = {
    claims: { customerId: "c", "https://a.example/b": [1, "\u001b"] },
    warnings: [{ code: "protected_claim", action: "a.ts", message }],
  };
  const log = [{ action: "b.ts", text: "hello" }];
  const { report, closed } = await run(asked, { outcome, log });
  t.strictSame(report, {
    lines: [
      "Allowed  m1 => m2: a.ts, b.ts",
      '  customerId: "c"',
      '  https://a.example/b: [1,"\\u001b"]',
      `  ${message}`,
      "  b.ts says: hello",
    ],
    exitCode: 0,
  });
  t.equal(closed, 1);
  const { report: json } = await run(`${asked} -o json`, { outcome, log });
  t.strictSame(JSON.parse(json.lines.join()), {
    caller: "m1",
    target: "m2",
    actions: names,
    allowed: true,
    ...outcome,
    log,
  });
  t.equal(json.exitCode, 0);
});

t.test("what an action refuses is exit code 1, with its name, code and reason", async (t) => {
  const outcome: ActionsOutcome = { denied: { code: "invalid_request", reason: "not today", action: "b.ts" } };
  const { report } = await run(asked, { outcome });
  t.strictSame(report, { lines: ["Denied  m1 => m2: b.ts answers invalid_request: not today"], exitCode: 1 });
  const { report: json } = await run(`${asked} -o json`, { outcome });
  t.match(JSON.parse(json.lines.join()), { allowed: false, ...outcome.denied });
  t.equal(json.exitCode, 1);
});

t.test("an error is exit code 2, one line, and the process is ended all the same", async (t) => {
  const outcome = new ActionsError("action_failed", "a.ts ended with an error: line 2: boo");
  const { report, closed } = await run(asked, { outcome });
  t.strictSame(report, { lines: [outcome.message], exitCode: 2, isError: true });
  t.equal(closed, 1);
  const { report: json } = await run(`${asked} -o json`, { outcome });
  t.strictSame(json, { lines: [`{"error":"${outcome.message}"}`], exitCode: 2 });
});

t.test("what is not there, a folder without actions and a bad name are no answer", async (t) => {
  const none = async (words: string, world: World = {}) => (await run(words, world)).report;
  const error = (line: string) => ({ lines: [line], exitCode: 2, isError: true });
  t.strictSame(await none("gone --caller m1 --target m2"), error("cannot read gone: there is no such file"));
  t.strictSame(await none(asked, { actions: [] }), error("there are no actions in actions itself"));
  t.strictSame(await none("x --caller M1 --target m2"), error('"M1" cannot be a name; write m1'));
  t.match(await none("x --caller m1 --target operator"), { exitCode: 2 });
});

t.test("what nobody foresaw is not taken for an answer", async (t) => {
  await t.rejects(run(asked, { outcome: new RangeError("odd") }), new RangeError("odd"));
});

t.test("the event is made of what was said", async (t) => {
  const { event } = await run(`${asked} --scope read,write --metadata banned=true plan=a=b`);
  t.strictSame(event, {
    client: { client_id: "m1", name: "m1", metadata: { banned: "true", plan: "a=b" } },
    resource_server: { identifier: "m2", name: "m2" },
    request: {
      ip: "127.0.0.1",
      method: "POST",
      body: { grant_type: "client_credentials", audience: "m2", scope: "read write" },
    },
    accessToken: { scope: ["read", "write"], customClaims: {} },
    transaction: { requested_scopes: ["read", "write"] },
  });
  const { event: least } = await run(asked);
  t.strictSame(least?.request.body, { grant_type: "client_credentials", audience: "m2" });
});

t.test("metadata that is no pair is refused", async (t) => {
  const program = createProgram(outside());
  const test = program.commands.find((each) => each.name() === "actions")?.commands[0];
  test?.configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  for (const pair of ["banned", "=true"]) {
    const words = ["actions", "test", "a.ts", "--caller", "m1", "--target", "m2", "--metadata", pair];
    await t.rejects(program.parseAsync(words, { from: "user" }), { code: "commander.invalidArgument" }, pair);
  }
});
