import { join } from "node:path";
import { inspect } from "node:util";
import t from "tap";
import { Agent } from "undici";
import { type ClientWarning, createClient } from "../src/index.ts";
import { grant, type Reply, sendJson, startServer } from "./fakes.ts";

const services = { m2: { url: "http://127.0.0.1:9" } };

t.test("getToken gives the token and when it ends; fresh gives another", async (t) => {
  const auth = await startServer(t, grant());
  const client = createClient({ authServer: auth.url, credential: "cred-1", services, clock: () => 1_000 });
  t.teardown(() => client.close());
  t.same(await client.getToken("m2"), { value: "token-1", scheme: "Bearer", expiresAt: 301_000 });
  t.same(await client.getToken("m2"), { value: "token-1", scheme: "Bearer", expiresAt: 301_000 });
  t.same(await client.getToken("m2", { fresh: true }), { value: "token-2", scheme: "Bearer", expiresAt: 301_000 });
  t.equal(auth.seen[1]?.headers["cache-control"], "no-cache");
});

t.test("a call on behalf of another carries a token of its own, and what is no token goes nowhere", async (t) => {
  const auth = await startServer(t, ({ body }, response) => {
    const value = body.includes("subject_token=a.b.c") ? "delegated" : "own";
    sendJson(response, 200, {
      accessToken: value,
      tokenType: "Bearer",
      access_token: value,
      token_type: "Bearer",
      expiresIn: 300,
      expires_in: 300,
    });
  });
  const m2 = await startServer(t, ({ headers }, response) => sendJson(response, 200, headers.authorization));
  const client = createClient({ authServer: auth.url, credential: "cred-1", services: { m2: { url: m2.url } } });
  t.teardown(() => client.close());
  const call = async (onBehalfOf?: string) =>
    (await client.fetch("m2", "/hello", onBehalfOf === undefined ? {} : { onBehalfOf })).json();
  t.strictSame(
    [await call("a.b.c"), await call(), await call("a.b.c")],
    ["Bearer delegated", "Bearer own", "Bearer delegated"],
  );
  t.equal((await client.getToken("m2", { onBehalfOf: "a.b.c" })).value, "delegated");
  t.equal(auth.seen.length, 2);
  for (const onBehalfOf of ["", "a b", "a\r\nb", 7 as unknown as string]) {
    await t.rejects(call(onBehalfOf), TypeError);
    await t.rejects(client.getToken("m2", { onBehalfOf }), TypeError);
  }
  t.equal(auth.seen.length, 2);
});

t.test("getToken heeds a signal and the client's time limit", async (t) => {
  const auth = await startServer(t, () => {});
  const client = createClient({ authServer: auth.url, credential: "cred-1", services, timeoutMs: 50 });
  t.teardown(() => client.close());
  const reason = new Error("mine");
  await t.rejects(client.getToken("m2", { signal: AbortSignal.abort(reason) }), reason);
  await t.rejects(client.getToken("m2"), { code: "auth_server_unreachable", message: "No token for m2 within 50 ms." });
});

t.test("no credential and no token is in any error, cause or warning (secrets in logs)", async (t) => {
  const secret = "SECRET";
  const credential = `${secret}-credential`;
  const token = `${secret}-token`;
  const echo: Reply = ({ headers }, response) => sendJson(response, 500, { error: headers.authorization, token });
  const answers: Reply[] = [
    echo,
    (_, response) =>
      sendJson(response, 401, { error: "invalid_credential", error_description: token, decision_id: `${token} x` }),
    (_, response) => sendJson(response, 200, { accessToken: `${token}\r\n`, tokenType: "Bearer", expiresIn: 300 }),
    (_, response) => sendJson(response, 200, { accessToken: token, tokenType: token, expiresIn: 300 }),
    (_, response) => response.socket?.end(`HTTP/1.1 ${token}\r\n\r\n`),
    (_, response) => response.socket?.destroy(),
    () => {},
  ];
  const warnings: ClientWarning[] = [];
  const failures: unknown[] = [];
  const note = (error: unknown) => failures.push(error);
  const folder = t.testdir({ "m1.jwt": `${secret} credential` });
  for (const answer of answers) {
    const auth = await startServer(t, answer);
    const client = createClient({
      authServer: auth.url,
      credential,
      services,
      tokenTimeoutMs: 500,
      onWarning: (one) => warnings.push(one),
    });
    await client.fetch("m2", "/hello").catch(note);
    await client.getToken("m2").catch(note);
    await client.close();
  }
  const grantSecret: Reply = (_, response) =>
    sendJson(response, 200, { accessToken: token, tokenType: "Bearer", expiresIn: 300 });
  const auth = await startServer(t, grantSecret);
  for (const reply of [
    ...answers.slice(4),
    (_: unknown, response: { end: (text: string) => void }) => response.end(token),
  ] as Reply[]) {
    const target = await startServer(t, reply);
    const client = createClient({
      authServer: auth.url,
      credential,
      services: { m2: { url: target.url } },
      timeoutMs: 500,
    });
    await client
      .fetch("m2", "/hello")
      .then((answer) => answer.json())
      .catch(note);
    await client.fetch("m2", `//${token}`).catch(note);
    await client.close();
  }
  const fromFile = createClient({
    authServer: auth.url,
    credential: { file: join(folder, "m1.jwt") },
    services,
    onWarning: (one) => warnings.push(one),
  });
  await fromFile.getToken("m2").catch(note);
  const throwing = createClient({
    authServer: auth.url,
    credential: () => Promise.reject(new Error(credential)),
    services,
  });
  await throwing.getToken("m2").catch(note);
  t.equal(failures.length, 24);
  for (const failure of [...failures, ...warnings]) {
    const text = `${inspect(failure, { depth: 10, showHidden: true })} ${JSON.stringify(failure)} ${(failure as Error).stack}`;
    t.notMatch(text, secret);
  }
});

t.test("http: to another machine is warned of once, with the address", async (t) => {
  const warnings: ClientWarning[] = [];
  createClient({
    authServer: "http://auth.example",
    credential: "cred-1",
    services: { m2: { url: "http://m2.example" } },
    allowHttp: true,
    onWarning: (one) => warnings.push(one),
  });
  t.match(warnings, [{ code: "http_allowed", message: /http:\/\/auth.example, http:\/\/m2.example/ }]);
});

t.test("a warning that nobody listens for is a process warning", async (t) => {
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  createClient({ authServer: "http://auth.example", credential: "cred-1", services, allowHttp: true });
  t.match(await warned, { name: "Meshpass", code: "http_allowed" });
});

t.test("close ends what still runs, and closes every connection", async (t) => {
  const auth = await startServer(t, grant());
  const target = await startServer(t, () => {});
  const client = createClient({ authServer: auth.url, credential: "cred-1", services: { m2: { url: target.url } } });
  await client.getToken("m2");
  const running = t.rejects(client.fetch("m2", "/hello"), { code: "target_unreachable" });
  while (target.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const startedAt = performance.now();
  await client.close();
  await running;
  t.ok(performance.now() - startedAt < 3_000, "at once");
  await t.rejects(client.fetch("m2", "/hello"), { code: "target_unreachable" });
});

t.test("a dispatcher that was passed in is used, and left open", async (t) => {
  const auth = await startServer(t, grant());
  const agent = new Agent();
  t.teardown(() => agent.destroy());
  let sent = 0;
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    sent += 1;
    return dispatch(options, handler);
  });
  const client = createClient({ authServer: auth.url, credential: "cred-1", services, dispatcher });
  await client.getToken("m2");
  await client.close();
  t.equal(sent, 1);
  t.equal(agent.destroyed, false);
});
