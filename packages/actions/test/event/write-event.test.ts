import type { ActionEvent } from "@meshpass/actions";
import t from "tap";
import { writeEvent } from "../../src/event/write-event.ts";
import { eventOf } from "../event-of.ts";

const bodyOf = (body: Readonly<Record<string, unknown>>) =>
  JSON.parse(writeEvent(eventOf({ request: { ip: "::1", method: "POST", body } }))).request.body;

t.test("an event is written as it is", async (t) => {
  t.strictSame(JSON.parse(writeEvent(eventOf())), eventOf());
});

t.test("nothing but what an event names is written, and no claim of before", async (t) => {
  const more = {
    ...eventOf({
      client: { client_id: "m1", name: "m1", metadata: { plan: "gold" }, secret: "x" } as ActionEvent["client"],
      accessToken: { scope: ["read"], customClaims: { n: 1 } },
    }),
    headers: { authorization: "Bearer x" },
  };
  t.strictSame(
    JSON.parse(writeEvent(more)),
    eventOf({ client: { client_id: "m1", name: "m1", metadata: { plan: "gold" } } }),
  );
});

t.test("secrets are cut from the body at every depth, by their name and by their look", async (t) => {
  const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtMSJ9.c2ln";
  const body = {
    grant_type: "client_credentials",
    client_secret: "s3cret",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    odd: jwt,
    list: ["a", jwt, { token: "t0ken", kept: 1 }],
    client: { client_id: "m1", client_secret: "s3cret", nested: { Assertion: "x" } },
  };
  t.strictSame(bodyOf(body), {
    grant_type: "client_credentials",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    list: ["a", { kept: 1 }],
    client: { client_id: "m1", nested: {} },
  });
});

t.test("metadata is what the operator wrote, whatever it is called, and no prototype", async (t) => {
  const metadata = JSON.parse('{"private": "true", "token_plan": "gold", "__proto__": "x"}');
  const written = writeEvent(eventOf({ client: { client_id: "m1", name: "m1", metadata } }));
  t.strictSame(Object.entries(JSON.parse(written).client.metadata), [
    ["private", "true"],
    ["token_plan", "gold"],
  ]);
});

t.test("a body that is nested without end, or names a prototype, is no danger", async (t) => {
  const deep = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
  t.equal(JSON.stringify(bodyOf({ deep })), `{"deep":${"[".repeat(7)}${"]".repeat(7)}}`);
  t.strictSame(Object.keys(bodyOf(JSON.parse('{"__proto__": {"a": 1}, "constructor": "b"}'))), ["constructor"]);
});

t.test("more than 65,536 characters is more than actions are told of", async (t) => {
  const room = 65_536 - writeEvent(eventOf({ request: { ip: "::1", method: "POST", body: { a: "" } } })).length;
  t.equal(bodyOf({ a: "x".repeat(room) }).a.length, room);
  t.throws(() => bodyOf({ a: "x".repeat(room + 1) }), { name: "ActionsError", code: "event_too_large" });
});

t.test("of a user agent 512 characters are told", async (t) => {
  const request = { ip: "::1", method: "POST", user_agent: "x".repeat(600), body: {} };
  t.equal(JSON.parse(writeEvent(eventOf({ request }))).request.user_agent.length, 512);
});
