import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { fastifyJwt } from "@fastify/jwt";
import Fastify, { type FastifyInstance } from "fastify";
import t, { type Test } from "tap";
import { meshpassVerifier } from "../src/fastify.ts";
import { createKeys, VerifierError, type VerifierOptions } from "../src/index.ts";
import { optionsFor } from "./doors.ts";
import { accessClaims, createSigningKey, signToken } from "./fake-issuer.ts";

const key = createSigningKey("d-1");
const keys = createKeys({ load: async () => ({ keys: [key.jwk] }) });
t.teardown(keys.close);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const fromM1 = bearer(signToken(key, accessClaims));
const fromReader = bearer(signToken(key, { ...accessClaims, scope: "read list" }));
const fromM3 = bearer(signToken(key, { ...accessClaims, sub: "m3" }));

async function buildApp(t: Test, options: Partial<VerifierOptions> = {}): Promise<FastifyInstance> {
  const app = Fastify();
  t.teardown(() => app.close());
  await app.register(meshpassVerifier, optionsFor(keys, options));
  app.get("/hello", { onRequest: app.requireCaller() }, async ({ caller }) => `Hello to ${caller.name} from m2!`);
  app.get("/guarded", { onRequest: app.requireCaller() }, async () => "without asking who");
  app.get("/only-m1", { onRequest: app.requireCaller({ callers: ["m1"] }) }, async ({ caller }) => caller.name);
  app.get("/nobody", { onRequest: app.requireCaller({ callers: [] }) }, async () => "never");
  app.get("/read", { onRequest: app.requireCaller({ scopes: ["read"] }) }, async ({ caller }) => caller.name);
  app.get("/write", { onRequest: app.requireCaller({ scopes: ["read", "write"] }) }, async () => "written");
  app.get("/open", async () => "anybody");
  app.get("/forgotten", async ({ caller }) => caller.name);
  return app;
}

t.test("a good token reaches the route, the first time and again, and the route knows the caller", async (t) => {
  const app = await buildApp(t);
  for (let at = 0; at < 2; at += 1) {
    const { statusCode, body } = await app.inject({ url: "/hello", headers: fromM1 });
    t.same([statusCode, body], [200, "Hello to m1 from m2!"]);
  }
  t.equal((await app.inject({ url: "/hello", headers: fromM3 })).body, "Hello to m3 from m2!", "each request its own");
});

const refusals: Record<
  string,
  { headers: Record<string, string>; url?: string; status: number; error: string; challenge: string | undefined }
> = {
  "no token": { headers: {}, status: 401, error: "missing_token", challenge: 'Bearer realm="meshpass"' },
  "another scheme": {
    headers: { authorization: "Basic abc" },
    status: 401,
    error: "missing_token",
    challenge: 'Bearer realm="meshpass"',
  },
  "a malformed header": {
    headers: { authorization: "Bearer a b" },
    status: 400,
    error: "invalid_request",
    challenge: 'Bearer realm="meshpass", error="invalid_request"',
  },
  "a bad token": {
    headers: bearer("a.b.c"),
    status: 401,
    error: "invalid_token",
    challenge: 'Bearer realm="meshpass", error="invalid_token"',
  },
  "a caller that the route does not take": {
    headers: fromM3,
    url: "/only-m1",
    status: 403,
    error: "caller_not_allowed",
    challenge: 'Bearer realm="meshpass"',
  },
  "a token without one of the scopes": {
    headers: fromReader,
    url: "/write",
    status: 403,
    error: "insufficient_scope",
    challenge: 'Bearer realm="meshpass", error="insufficient_scope", scope="read write"',
  },
  "a token without any scope": {
    headers: fromM1,
    url: "/read",
    status: 403,
    error: "insufficient_scope",
    challenge: 'Bearer realm="meshpass", error="insufficient_scope", scope="read"',
  },
  "a route that takes nobody": {
    headers: fromM1,
    url: "/nobody",
    status: 403,
    error: "caller_not_allowed",
    challenge: 'Bearer realm="meshpass"',
  },
};

for (const [what, { headers, url = "/hello", status, error, challenge }] of Object.entries(refusals)) {
  t.test(
    `${what} is answered ${status} ${error}, in JSON and with the challenge of RFC 6750 (m2m-auth: no WWW-Authenticate)`,
    async (t) => {
      const app = await buildApp(t);
      await app.inject({ url: "/only-m1", headers: fromM3 });
      const reply = await app.inject({ url, headers });
      t.equal(reply.statusCode, status);
      t.equal(reply.json().error, error);
      t.same(Object.keys(reply.json()), ["error", "error_description"]);
      t.match(reply.headers, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
      t.equal(reply.headers["www-authenticate"], challenge);
      t.equal(reply.headers["retry-after"], undefined);
    },
  );
}

t.test(
  "no keys is 503 keys_unavailable with Retry-After and no challenge (auth0-api-auth-samples: err is not defined)",
  async (t) => {
    const none = createKeys({ load: async () => ({}) });
    t.teardown(none.close);
    const reply = await (await buildApp(t, { keys: none })).inject({ url: "/hello", headers: fromM1 });
    t.same([reply.statusCode, reply.json().error, reply.headers["retry-after"]], [503, "keys_unavailable", "1"]);
    t.equal(reply.headers["www-authenticate"], undefined);
  },
);

t.test(
  "a token with the scopes of a route reaches it, and has no more to show there (RFC 6750 section 3.1)",
  async (t) => {
    const app = await buildApp(t);
    const show = async (url: string) => (await app.inject({ url, headers: fromReader })).statusCode;
    t.same(
      [await show("/read"), await show("/write"), await show("/read"), await show("/hello")],
      [200, 403, 200, 200],
    );
  },
);

t.test("scopes must be scopes (RFC 6749 section 3.3)", async (t) => {
  const app = await buildApp(t);
  for (const scopes of ["read", [""], ["a b"], ['a"'], ["a\\"], ["é"], [undefined], {}]) {
    t.throws(() => app.requireCaller({ scopes: scopes as string[] }), { name: "TypeError" }, JSON.stringify(scopes));
  }
});

t.test("callers are checked on every request, remembered token or not (CVE-2021-32701)", async (t) => {
  const app = await buildApp(t);
  const show = async (url: string) => (await app.inject({ url, headers: fromM3 })).statusCode;
  t.same(
    [await show("/hello"), await show("/only-m1"), await show("/hello"), await show("/only-m1")],
    [200, 403, 200, 403],
  );
});

t.test("two Authorization headers on the wire are 400, even two good ones", async (t) => {
  const app = await buildApp(t);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const send = (headers: string[]): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(
        { port, host: "127.0.0.1", path: "/hello", headers: ["Host", "m2", ...headers] as never },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.on("error", reject).end();
    });
  const header = ["Authorization", fromM1.authorization];
  t.equal(await send(header), 200);
  t.equal(await send([...header, ...header]), 400);
  t.equal(await send([...header, "authorization", "Basic abc"]), 400);
});

t.test("a route without the hook stays open, and asking for its caller is an error rather than nobody", async (t) => {
  const app = await buildApp(t);
  t.equal((await app.inject("/open")).body, "anybody");
  const reply = await app.inject({ url: "/forgotten", headers: fromM1 });
  t.equal(reply.statusCode, 500);
  t.match(reply.json().message, /no requireCaller hook/);
});

t.test("what goes wrong here, rather than with the token, is no 401 and lets nobody in", async (t) => {
  for (const failure of [new Error("broken"), undefined, null, "text"]) {
    const broken = { ...keys, find: () => Promise.reject(failure), has: () => false };
    const reply = await (await buildApp(t, { keys: broken })).inject({ url: "/guarded", headers: fromM1 });
    t.equal(reply.statusCode, 500, String(failure));
  }
});

t.test("a plugin without its settings does not start", async (t) => {
  for (const options of [undefined, {}, { ...optionsFor(keys), audience: "" }]) {
    const app = Fastify();
    await t.rejects(async () => app.register(meshpassVerifier, options as never), { name: "TypeError" });
    await app.close();
  }
});

t.test("callers that are no list of names are the caller's bug", async (t) => {
  const app = await buildApp(t);
  for (const callers of [null, "", 0, false, "m1", [""], [7], new Set(["m1"])]) {
    t.throws(() => app.requireCaller({ callers } as never), TypeError);
  }
});

t.test("two scopes have two audiences", async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  for (const audience of ["m2", "m3"]) {
    await app.register(async (scope) => {
      await scope.register(meshpassVerifier, optionsFor(keys, { audience }));
      scope.get(`/${audience}`, { onRequest: scope.requireCaller() }, async ({ caller }) => caller.audience);
    });
  }
  const show = async (url: string) => (await app.inject({ url, headers: fromM1 })).statusCode;
  t.same([await show("/m2"), await show("/m3"), await show("/m2")], [200, 401, 200]);
});

t.test("an application may have a @fastify/jwt of its own beside ours", async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  await app.register(fastifyJwt, { secret: "a secret of the application" });
  await app.register(meshpassVerifier, optionsFor(keys));
  app.get("/hello", { onRequest: app.requireCaller() }, async ({ caller }) => caller.name);
  app.get("/theirs", async (request) => await request.jwtVerify());
  t.equal((await app.inject({ url: "/hello", headers: fromM1 })).body, "m1");
  const theirs = (app.jwt as { sign(payload: object): string }).sign({ sub: "user" });
  t.equal((await app.inject({ url: "/theirs", headers: bearer(theirs) })).json().sub, "user");
  t.equal((await app.inject({ url: "/hello", headers: bearer(theirs) })).statusCode, 401);
});

t.test("an error carries the rule for the log and nothing of the token", async (t) => {
  const error = new VerifierError("bad_signature");
  t.same(
    { ...error, message: error.message },
    {
      name: "VerifierError",
      code: "invalid_token",
      reason: "bad_signature",
      message: "The signature does not fit the token.",
    },
  );
});
