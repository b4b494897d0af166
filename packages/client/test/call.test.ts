import { Readable } from "node:stream";
import t from "tap";
import { grant, type Reply, sendJson, startServer, until } from "./fakes.ts";
import { hello, setUp } from "./set-up-call.ts";

const pageOfText = "x".repeat(1_048_576);
const rejectToken: Reply = (_, response) =>
  sendJson(
    response,
    401,
    { error: "invalid_token" },
    { "www-authenticate": 'Bearer realm="meshpass", error="invalid_token"' },
  );

t.test("a call carries the token for its target and hands back status, headers and body", async (t) => {
  const { auth, target, client } = await setUp(t, (_, response) => {
    response.writeHead(201, { "x-a": "1" }).end('{"b":2}');
  });
  const answer = await client.fetch("m2", "/things?x=1", {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "text",
  });
  t.match(answer, { status: 201, headers: { "x-a": "1" } });
  t.same(await answer.json(), { b: 2 });
  t.match(target.seen, [{ method: "POST", url: "/things?x=1", body: "text" }]);
  t.match(target.seen[0]?.headers, { authorization: "Bearer token-1", "content-type": "text/plain" });
  await (await client.fetch("m2", "/hello")).text();
  t.equal(auth.seen.length, 1, "the second call uses the held token");
});

t.test("20 parallel first calls make one request for a token (m2m-auth: no single flight)", async (t) => {
  const { auth, target, client } = await setUp(t);
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => (await client.fetch("m2", "/hello")).text()),
  );
  t.same(new Set(answers), new Set(["Hello to m1 from m2!"]));
  t.equal(auth.seen.length, 1);
  t.equal(target.seen.length, 20);
});

t.test("a caller that gives up does not take the token from the others", async (t) => {
  let answer = () => {};
  const { auth, client } = await setUp(t, hello, {
    auth: (request, response) => {
      answer = () => grant()(request, response);
    },
  });
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const quitter = t.rejects(client.fetch("m2", "/hello", { signal: controller.signal }), reason);
  const other = client.fetch("m2", "/hello");
  await until(() => auth.seen.length === 1);
  controller.abort(reason);
  await quitter;
  answer();
  t.equal(await (await other).text(), "Hello to m1 from m2!");
  t.equal(auth.seen.length, 1);
});

t.test("a rejected token is renewed and the call tried once more", async (t) => {
  let rejections = 1;
  const { auth, target, client } = await setUp(t, (request, response) =>
    (rejections-- > 0 ? rejectToken : hello)(request, response),
  );
  const answer = await client.fetch("m2", "/hello", { method: "POST", body: "text" });
  t.equal(await answer.text(), "Hello to m1 from m2!");
  t.same(
    target.seen.map(({ headers, body }) => [headers.authorization, body]),
    [
      ["Bearer token-1", "text"],
      ["Bearer token-2", "text"],
    ],
  );
  t.same(
    auth.seen.map(({ headers }) => headers["cache-control"]),
    [undefined, "no-cache"],
  );
});

t.test(
  "a target that rejects every token gets two attempts a call, and its 401 is handed back as it is (m2m-auth: endless loop)",
  async (t) => {
    const { auth, target, client } = await setUp(t, rejectToken);
    const answer = await client.fetch("m2", "/hello");
    t.equal(answer.status, 401);
    t.same(await answer.json(), { error: "invalid_token" });
    t.equal(target.seen.length, 2);
    for (let i = 0; i < 20; i += 1) t.equal((await client.fetch("m2", "/hello")).status, 401);
    t.ok(auth.seen.length <= 8, "and however often it is called, few tokens are minted for it in a second");
  },
);

t.test("there is no second attempt where the new token is the old one", async (t) => {
  const auth: Reply = (_, response) =>
    sendJson(response, 200, { accessToken: "always", tokenType: "Bearer", expiresIn: 300 });
  const { target, client } = await setUp(t, rejectToken, { auth });
  const answer = await client.fetch("m2", "/hello");
  t.equal(answer.status, 401);
  t.same(await answer.json(), { error: "invalid_token" }, "and its body is still there");
  t.equal(target.seen.length, 1);
});

t.test("a body that is a stream is sent once; the rejected token is not used again all the same", async (t) => {
  const { target, client } = await setUp(t, rejectToken);
  t.equal((await client.fetch("m2", "/hello", { method: "POST", body: Readable.from(["once"]) })).status, 401);
  t.same(
    target.seen.map(({ body }) => body),
    ["once"],
  );
  await client.fetch("m2", "/hello");
  t.equal(target.seen[1]?.headers.authorization, "Bearer token-2");
});

t.test("a 401 that does not blame the token is never tried again (m2m-auth: retry by the answer's text)", async (t) => {
  for (const challenge of [undefined, 'Bearer realm="meshpass"', 'Bearer error="insufficient_scope"', "Basic"]) {
    const { auth, target, client } = await setUp(t, (_, response) => {
      response.writeHead(401, challenge === undefined ? {} : { "www-authenticate": challenge }).end();
    });
    t.equal((await client.fetch("m2", "/hello")).status, 401);
    t.equal(target.seen.length, 1);
    t.equal(auth.seen.length, 1);
  }
});

t.test("only a 401 is tried again, whatever the challenge says", async (t) => {
  const { target, client } = await setUp(t, (_, response) => {
    response.writeHead(403, { "www-authenticate": 'Bearer error="invalid_token"' }).end();
  });
  t.equal((await client.fetch("m2", "/hello")).status, 403);
  t.equal(target.seen.length, 1);
});

t.test("a token is blamed in any of several challenges", async (t) => {
  const { target, client } = await setUp(t, (_, response) => {
    response.writeHead(401, { "www-authenticate": ["Basic", "bearer error=invalid_token"] }).end();
  });
  await client.fetch("m2", "/hello");
  t.equal(target.seen.length, 2);
});

t.test("where the renewal of a rejected token is refused, that refusal is the outcome", async (t) => {
  let refuse = false;
  let closed = false;
  const mint = grant();
  const auth: Reply = (request, response) => {
    if (refuse) sendJson(response, 401, { error: "unauthorized_target", decision_id: "d-1" });
    else mint(request, response);
  };
  const { client, target } = await setUp(
    t,
    (_, response) => {
      refuse = true;
      response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' }).end(pageOfText);
      response.socket?.once("close", () => {
        closed = true;
      });
    },
    { auth },
  );
  await t.rejects(client.fetch("m2", "/hello"), { code: "unauthorized_target", decisionId: "d-1" });
  t.equal(target.seen.length, 1);
  const startedAt = performance.now();
  await until(() => closed);
  t.ok(performance.now() - startedAt < 3_000, "and the first answer, unread, is let go at once");
});

t.test("a redirect is handed back as it is, and its location gets no token", async (t) => {
  const thief = await startServer(t, hello);
  const { client } = await setUp(t, (_, response) => response.writeHead(302, { location: `${thief.url}/hello` }).end());
  t.match(await client.fetch("m2", "/hello"), { status: 302, headers: { location: `${thief.url}/hello` } });
  t.equal(thief.seen.length, 0);
});

t.test("what cannot be called is refused before a token is fetched (m2m-auth: unknown names)", async (t) => {
  const { auth, target, client } = await setUp(t);
  await t.rejects(client.fetch("m9", "/hello"), { code: "unknown_target" });
  await t.rejects(client.fetch("__proto__", "/hello"), { code: "invalid_target" });
  await t.rejects(client.fetch("m2", "//evil.example"), TypeError);
  await t.rejects(client.fetch("m2", "/hello", { headers: { AUTHORIZATION: "x" } }), TypeError);
  await t.rejects(client.fetch("m2", "/hello", { timeoutMs: 0 }), TypeError);
  t.equal(auth.seen.length + target.seen.length, 0);
});

t.test(
  "a target that is down is target_unreachable, with its address and the reason's short code (m2m-auth: e.response)",
  async (t) => {
    const { target, client } = await setUp(t);
    await target.stop();
    await t.rejects(client.fetch("m2", "/hello"), {
      code: "target_unreachable",
      message: `m2 at ${target.url} could not be reached: ECONNREFUSED.`,
    });
  },
);

t.test("a target that comes back is reached again", async (t) => {
  const { target, client } = await setUp(t);
  await (await client.fetch("m2", "/hello")).text();
  await target.stop();
  await t.rejects(client.fetch("m2", "/hello"), { code: "target_unreachable" });
  await startServer(t, hello, Number(new URL(target.url).port));
  t.equal(await (await client.fetch("m2", "/hello")).text(), "Hello to m1 from m2!");
});

t.test("a GET whose connection broke is sent once more, a POST is not", async (t) => {
  let breaks = 1;
  const { client, target } = await setUp(t, (request, response) => {
    if (breaks-- > 0) response.socket?.destroy();
    else hello(request, response);
  });
  t.equal((await client.fetch("m2", "/hello")).status, 200);
  breaks = 1;
  await t.rejects(client.fetch("m2", "/hello", { method: "POST", body: "x" }), { code: "target_unreachable" });
  t.equal(target.seen.length, 3);
});

t.test("while the auth server is down, calls go on with the held token, and after it is over they fail", async (t) => {
  let now = 1_800_000_000_000;
  const { auth, client } = await setUp(t, hello, { clock: () => now, random: () => 0.5 });
  await (await client.fetch("m2", "/hello")).text();
  await auth.stop();
  now += 299_999;
  t.equal((await client.fetch("m2", "/hello")).status, 200);
  now += 1;
  await t.rejects(client.fetch("m2", "/hello"), { code: "auth_server_unreachable" });
  await startServer(t, grant(), Number(new URL(auth.url).port));
  now += 1_000;
  t.equal((await client.fetch("m2", "/hello")).status, 200, "and recover by themselves");
});
