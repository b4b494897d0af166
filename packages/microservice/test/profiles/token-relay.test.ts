import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpServer } from "@meshpass/http-server";
import t, { type Test } from "tap";
import { createTokenRelay, mountTokenRelay } from "../../src/profiles/token-relay.ts";
import { createTestLog } from "../fakes.ts";

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A relay to a token endpoint that answers as `answer` does. */
async function setUp(t: Test, answer: (response: ServerResponse) => void, limits = {}) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ request, body });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const { log, lines } = createTestLog();
  const app = createHttpServer({ log, ready: () => ({ ok: true, codes: [] }) });
  app.register(async (scope) => mountTokenRelay(scope, createTokenRelay({ url, ...limits })));
  t.teardown(() => app.close());
  const post = (options = {}) => app.inject({ method: "POST", url: "/token", ...options });
  return { post, seen, lines };
}

const grant = "grant_type=client_credentials&scope=a%20b";
const form = { "content-type": "application/x-www-form-urlencoded" };

t.test("what the token endpoint looks at comes through as it is, and nothing else", async (t) => {
  const { post, seen } = await setUp(t, (response) => response.end("{}"));
  const headers = { ...form, authorization: "Basic YTpi", dpop: "a.b.c", "cache-control": "no-cache", cookie: "c=1" };
  await post({ headers, payload: grant });
  await post({ headers: { "content-type": "application/json" }, payload: '{"a":1,"a":2}' });
  await post();
  const [first, second, third] = seen;
  t.equal(first?.body, grant);
  t.match(first?.request, { method: "POST", url: "/token" });
  t.match(first?.request.headers, { ...form, authorization: "Basic YTpi", dpop: "a.b.c", "cache-control": "no-cache" });
  t.equal(first?.request.headers.cookie, undefined);
  t.equal(second?.body, '{"a":1,"a":2}', "it is for the token endpoint to refuse");
  t.strictSame([third?.body, third?.request.headers.authorization], ["", undefined]);
});

t.test("an answer comes back with its status and challenge, a refusal as well as a token", async (t) => {
  const challenge = 'Basic realm="meshpass"';
  const { post } = await setUp(t, (response) => {
    const headers = { "content-type": "application/json", "www-authenticate": challenge, pragma: "no-cache" };
    response.writeHead(401, { ...headers, "retry-after": "7", "set-cookie": "c=1", "x-powered-by": "it" });
    response.end('{"error":"invalid_client"}');
  });
  const answer = await post({ headers: form, payload: grant });
  t.equal(answer.statusCode, 401);
  t.equal(answer.body, '{"error":"invalid_client"}');
  t.match(answer.headers, { "www-authenticate": challenge, pragma: "no-cache", "retry-after": "7" });
  t.equal(answer.headers["cache-control"], "no-store", "also where the token endpoint does not say so");
  t.notOk("set-cookie" in answer.headers || "x-powered-by" in answer.headers);
});

t.test("a redirect is not followed, and no answer, a late or a long one is 503 and no text of theirs", async (t) => {
  const answers: Record<string, (response: ServerResponse) => void> = {
    redirect: (response) => response.writeHead(307, { location: "/elsewhere" }).end(),
    broken: (response) => response.destroy(),
    late: () => undefined,
    long: (response) => response.end("x".repeat(70_000)),
  };
  for (const [name, answer] of Object.entries(answers)) {
    const { post, seen } = await setUp(t, answer, { timeoutMs: name === "late" ? 50 : 5_000 });
    const { statusCode, headers, body } = await post({ headers: form, payload: grant });
    t.match([statusCode, JSON.parse(body).error], [503, "auth_server_unreachable"], name);
    t.equal(headers["retry-after"], "1", name);
    t.equal(seen.length, 1, name);
  }
});

t.test("a body over 16 kB, another method and parameters in the URL never leave", async (t) => {
  const { post, seen } = await setUp(t, (response) => response.end("{}"));
  t.equal((await post({ headers: form, payload: "x".repeat(20_000) })).statusCode, 413);
  t.equal((await post({ method: "GET" })).statusCode, 405);
  t.equal((await post({ url: "/token?client_secret=s", headers: form, payload: grant })).statusCode, 400);
  t.equal(seen.length, 0);
});

t.test("whoever is one too many is told to come back, and room is made again", async (t) => {
  const held = Promise.withResolvers<ServerResponse>();
  const answers = [held.resolve, (response: ServerResponse) => response.end("{}")];
  const { post } = await setUp(t, (response) => void answers.shift()?.(response), { maxAtOnce: 1 });
  const first = post({ headers: form, payload: grant });
  const response = await held.promise;
  const second = await post({ headers: form, payload: grant });
  t.match([second.statusCode, second.headers["retry-after"]], [503, "1"]);
  response.end("{}");
  t.equal((await first).statusCode, 200);
  t.equal((await post({ headers: form, payload: grant })).statusCode, 200);
});
