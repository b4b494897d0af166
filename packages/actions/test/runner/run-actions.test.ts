import type { ActionApi, ActionEvent } from "@meshpass/actions";
import t from "tap";
import { type LoadedAction, runActions } from "../../src/runner/run-actions.ts";
import { eventOf } from "../event-of.ts";

const asJson = (event: ActionEvent): unknown => JSON.parse(JSON.stringify(event));

const never = (): void => {
  t.fail("it ran");
};

/** Runs `actions`, named a, b and so on, on `event`. */
async function run(actions: readonly LoadedAction["run"][], event: unknown = asJson(eventOf())) {
  const started: string[] = [];
  const loaded = actions.map((each, index) => ({ name: "abcdefgh".charAt(index), run: each }));
  const verdict = await runActions(loaded, event, (name) => started.push(name));
  return { verdict, started };
}

t.test("actions run in their order, and each sees the claims of those before it", async (t) => {
  const { verdict, started } = await run([
    (_, api) => api.accessToken.setCustomClaim("n", 1),
    async (event, api) => api.accessToken.setCustomClaim("seen", event.accessToken.customClaims.n),
  ]);
  t.strictSame(started, ["a", "b"]);
  t.same(verdict, { claims: { n: 1, seen: 1 }, ignored: [] });
});

t.test("after a refusal the next actions do not run, and no claim is given out", async (t) => {
  const { verdict, started } = await run([
    (_, api) => {
      api.accessToken.setCustomClaim("n", 1);
      api.access.deny("invalid_scope", "first");
      api.access.deny("server_error", "second");
    },
    never,
  ]);
  t.strictSame(verdict, { denied: { code: "invalid_scope", reason: "first", action: "a" } });
  t.strictSame(started, ["a"]);
});

t.test("an action that throws or rejects fails the request", async (t) => {
  const { verdict, started } = await run([() => Promise.reject(new Error("no")), never]);
  t.match(verdict, { failed: { action: "a", text: "no" } });
  t.strictSame(started, ["a"]);
  t.match((await run([() => void JSON.parse("{")])).verdict, { failed: { action: "a", text: /JSON/ } });
});

t.test("a refusal with another code, or without a reason that fits, is an error", async (t) => {
  const odd: readonly (readonly unknown[])[] = [
    ["access_denied", "x"],
    ["__proto__", "x"],
    ["invalid_scope", ""],
    ["invalid_scope", "x".repeat(201)],
    ["invalid_scope"],
  ];
  for (const words of odd) {
    const { verdict } = await run([(_, api) => Reflect.apply(api.access.deny, undefined, words)]);
    t.match(verdict, { failed: { text: /^(line \d+: )?deny takes/ } });
  }
});

t.test("protected claims are ignored and named with the action that set them, 32 of them at most", async (t) => {
  const { verdict } = await run([
    (_, api) => {
      for (let index = 0; index < 40; index += 1) api.accessToken.setCustomClaim("sub", index);
    },
  ]);
  t.match(verdict, { claims: {}, ignored: { length: 32, 31: { action: "a", claim: "sub" } } });
});

t.test("a claim that cannot be one is an error of the action, which may catch it", async (t) => {
  const bad = (api: ActionApi) => api.accessToken.setCustomClaim("n", Number.NaN);
  t.match((await run([(_, api) => bad(api)])).verdict, { failed: { text: /JSON has no NaN/ } });
  const caught: LoadedAction["run"] = (_, api) => {
    t.throws(() => bad(api), TypeError);
  };
  t.same((await run([caught])).verdict, { claims: {}, ignored: [] });
});

t.test("the event is deeply frozen and no object in it has a prototype", async (t) => {
  const body = JSON.parse('{"constructor": "x", "list": [{"a": 1}]}');
  const event = asJson(eventOf({ request: { ip: "::1", method: "POST", body } }));
  await run(
    [
      (given) => {
        const check = (value: unknown): void => {
          if (typeof value !== "object" || value === null) return;
          t.ok(Object.isFrozen(value));
          if (!Array.isArray(value)) t.equal(Object.getPrototypeOf(value), null);
          Object.values(value).forEach(check);
        };
        check(given);
        t.equal(given.request.body.constructor, "x");
        t.equal(given.client.metadata.toString, undefined);
      },
    ],
    event,
  );
});

t.test("what an action left running changes nothing any more", async (t) => {
  let kept: ActionApi | undefined;
  await run([
    (_, api) => {
      kept = api;
    },
  ]);
  t.throws(() => kept?.access.deny("invalid_request", "late"), new Error("the action has ended"));
  t.throws(() => kept?.accessToken.setCustomClaim("n", 1), new Error("the action has ended"));
});
