import t from "tap";
import { buildProfile } from "./build-profile.ts";

t.test("it says where it listens, in the words of the reference", async (t) => {
  const { greeting } = await buildProfile(t, "provider");
  t.equal(greeting, "[Provider]: listens to http://localhost:8080");
});

t.test("anybody reads what is public, as HTML", async (t) => {
  const { app } = await buildProfile(t, "provider");
  const answer = await app.inject("/public");
  t.equal(answer.body, "moo");
  t.match(answer.headers["content-type"], /^text\/html/);
});

t.test("it is the profile in place of the greeting, and not beside it", async (t) => {
  const { app } = await buildProfile(t, "provider");
  t.equal((await app.inject("/hello")).statusCode, 404);
  t.equal((await app.inject({ method: "POST", url: "/query", payload: {} })).statusCode, 404);
});

t.test("without a token the answer is the bare challenge and nothing else (RFC 6750 section 3.1)", async (t) => {
  const { app } = await buildProfile(t, "provider");
  for (const route of [
    { method: "GET", url: "/read-resource" },
    { method: "POST", url: "/write-resource" },
  ] as const) {
    const answer = await app.inject(route);
    t.equal(answer.statusCode, 401);
    t.equal(answer.body, "");
    t.equal(answer.headers["content-type"], undefined);
    t.equal(answer.headers["www-authenticate"], 'Bearer realm="meshpass"');
  }
});

t.test(
  "every other refusal of the resource is JSON, with a challenge that says what was wrong (RFC 6750 section 3)",
  async (t) => {
    const { app, bearer } = await buildProfile(t, "provider");
    const read = (headers: Record<string, string>) => app.inject({ url: "/read-resource", headers });
    const bad = await read({ authorization: "Bearer no-such-token" });
    t.match([bad.statusCode, bad.json().error], [401, "invalid_token"]);
    t.match(bad.headers["www-authenticate"], /error="invalid_token"/);
    const malformed = await read({ authorization: "Bearer" });
    t.match([malformed.statusCode, malformed.json().error], [400, "invalid_request"]);
    const narrow = await read(bearer("write"));
    t.match([narrow.statusCode, narrow.json().error], [403, "insufficient_scope"]);
    t.match(narrow.headers["www-authenticate"], /error="insufficient_scope", scope="read"/);
  },
);

t.test("the scheme may be written in any case (reference: bearer refused)", async (t) => {
  const { app, bearer } = await buildProfile(t, "provider");
  const authorization = bearer("read").authorization.replace("Bearer", "bearer");
  t.equal((await app.inject({ url: "/read-resource", headers: { authorization } })).statusCode, 200);
});

t.test(
  "what a token with scope write writes, one with scope read reads; a read one writes nothing (reference: it may)",
  async (t) => {
    const { app, bearer } = await buildProfile(t, "provider");
    const read = async () => (await app.inject({ url: "/read-resource", headers: bearer("read") })).json();
    const write = (value: unknown, scope: string) =>
      app.inject({ method: "POST", url: "/write-resource", headers: bearer(scope), payload: { value } });
    t.strictSame(await read(), { resource: null });
    t.equal((await write("stolen", "read")).statusCode, 403);
    t.strictSame(await read(), { resource: null });
    for (const value of ["foo-bar-moo", 0, false, null, { deep: [1] }]) {
      t.strictSame((await write(value, "write")).json(), { message: "resource created" });
      t.strictSame(await read(), { resource: value });
    }
  },
);

t.test("a write without a value is 400 and changes nothing (reference: it stores undefined)", async (t) => {
  const { app, bearer } = await buildProfile(t, "provider");
  for (const payload of ["{}", '{"values":1}', "[]", '{"value":1', '{"value":1,"value":2}', ""]) {
    const headers = { ...bearer("write"), "content-type": "application/json" };
    const answer = await app.inject({ method: "POST", url: "/write-resource", headers, payload });
    t.match([answer.statusCode, answer.json().error], [400, "invalid_request"], payload);
  }
  const large = { ...bearer("write"), "content-type": "application/json" };
  const payload = JSON.stringify({ value: "x".repeat(20_000) });
  t.equal((await app.inject({ method: "POST", url: "/write-resource", headers: large, payload })).statusCode, 413);
  t.strictSame((await app.inject({ url: "/read-resource", headers: bearer("read") })).json(), { resource: null });
});
