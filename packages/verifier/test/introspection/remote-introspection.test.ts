import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import {
  createKeys,
  createVerifier,
  type RemoteIntrospectionOptions,
  remoteIntrospection,
  VerifierError,
} from "../../src/index.ts";
import { optionsFor } from "../doors.ts";
import { accessClaims, now } from "../fake-issuer.ts";

const token = "a".repeat(64);
const active = { active: true, token_type: "Bearer", client_id: "m1", ...accessClaims };

interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

const send =
  (answer: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  };

/** An auth server that answers as `answer.now` says, and what it was asked. */
async function startAuthServer(t: Test, more: Partial<RemoteIntrospectionOptions> = {}) {
  const asked: Asked[] = [];
  const answer = { now: send(active) };
  const read = async (request: IncomingMessage) => {
    let body = "";
    for await (const part of request) body += part;
    return { url: request.url, authorization: request.headers.authorization, body };
  };
  const server = createServer(async (request, response) => {
    const question = await read(request);
    asked.push(question);
    answer.now(response, question);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const introspection = remoteIntrospection({
    url: `http://127.0.0.1:${port}/oauth/introspect`,
    credential: async () => "cred-1",
    ...more,
  });
  t.teardown(() => {
    introspection.close();
    server.closeAllConnections();
    server.close();
  });
  return { asked, answer, introspection };
}

const keys = createKeys({ load: async () => ({ keys: [] }) });
t.teardown(keys.close);

t.test(
  "a token is asked about with this service's credential, and stands for what the answer says (RFC 7662)",
  async (t) => {
    const { asked, introspection } = await startAuthServer(t);
    const { verify } = createVerifier(optionsFor(keys, { introspection }));
    const caller = await verify(token);
    t.match(caller, { name: "m1", audience: "m2", jti: "jti-1" });
    t.strictSame(asked, [{ url: "/oauth/introspect", authorization: "Bearer cred-1", body: `token=${token}` }]);
    t.equal(await verify(token), caller, "and is remembered");
    t.equal(asked.length, 1);
  },
);

t.test("many who wait for one token ask once", async (t) => {
  const { asked, introspection } = await startAuthServer(t);
  await Promise.all(Array.from({ length: 20 }, () => introspection.introspect(token)));
  t.equal(asked.length, 1);
});

t.test(
  "what is remembered ends with the token and after cacheSeconds, and passes the cut check on every hit",
  async (t) => {
    const { asked, introspection } = await startAuthServer(t, { cacheSeconds: 10 });
    const time = { now };
    let isCut = false;
    const cutoffs = {
      check: () => (isCut ? ("cut" as const) : undefined),
      version: () => 1,
      ready: () => true,
    } as never;
    const { verify } = createVerifier(optionsFor(keys, { introspection, cutoffs, clock: () => time.now * 1_000 }));
    await verify(token);
    time.now = now + 9;
    await verify(token);
    t.equal(asked.length, 1);
    time.now = now + 10;
    await verify(token);
    t.equal(asked.length, 2);
    isCut = true;
    await t.rejects(async () => verify(token), new VerifierError("cut"));
    isCut = false;
    time.now = now + 306;
    await t.rejects(async () => verify(token), new VerifierError("expired"));
  },
);

t.test("what is said of it is held to the same rule as the claims of a signed token", async (t) => {
  const { answer, introspection } = await startAuthServer(t);
  const { verify } = createVerifier(optionsFor(keys, { introspection }));
  for (const [reason, claims] of [
    ["wrong_audience", { aud: "m3" }],
    ["wrong_issuer", { iss: "somebody" }],
    ["wrong_kind", { token_use: "credential" }],
    ["expired", { iat: now - 400, exp: now - 100 }],
    ["lives_too_long", { exp: now + 3_601 }],
    ["wrong_subject", { sub: "operator:x" }],
    ["unenforced_condition", { cnf: { jkt: "a".repeat(43) } }],
    ["wrong_jti", { jti: undefined }],
  ] as const) {
    answer.now = send({ ...active, ...claims });
    await t.rejects(async () => verify(token), new VerifierError(reason), reason);
  }
});

t.test("a token that is not active is refused, and asked about once for a while", async (t) => {
  const { asked, answer, introspection } = await startAuthServer(t);
  answer.now = send({ active: false });
  const { verify } = createVerifier(optionsFor(keys, { introspection }));
  for (let count = 0; count < 3; count += 1)
    await t.rejects(async () => verify(token), new VerifierError("token_not_active"));
  t.equal(asked.length, 1);
});

t.test(
  "an auth server that does not say it clearly is no reason to accept anything, nor to call the token bad",
  async (t) => {
    const { answer, introspection } = await startAuthServer(t, { timeoutMs: 400 });
    const redirect: Answer = (response) => void response.writeHead(307, { location: "http://127.0.0.1:1/" }).end();
    const huge: Answer = (response) => void response.writeHead(200).end(`{"active":true,"x":"${"x".repeat(70_000)}"}`);
    const dribble: Answer = (response) => void response.writeHead(200).write("{");
    const raw =
      (text: string): Answer =>
      (response) =>
        void response.writeHead(200, { "content-type": "application/json" }).end(text);
    for (const [what, reason, behaviour] of [
      ["401", "introspection_refused", send({ error: "invalid_client" }, 401)],
      ["500", "introspection_refused", send({}, 500)],
      ["a redirect", "introspection_refused", redirect],
      ["no JSON", "introspection_malformed", raw("active")],
      ["a list", "introspection_malformed", raw("[]")],
      ["active a text", "introspection_malformed", raw('{"active":"true"}')],
      ["active twice", "introspection_malformed", raw('{"active":false,"active":true}')],
      ["too much", "introspection_unreachable", huge],
      ["no end", "introspection_timeout", dribble],
    ] as const) {
      answer.now = behaviour;
      await t.rejects(introspection.introspect(token), { reason, code: "introspection_unavailable" }, what);
    }
    const gone = remoteIntrospection({ url: "http://127.0.0.1:1/oauth/introspect", credential: async () => "c" });
    t.teardown(gone.close);
    await t.rejects(gone.introspect(token), { reason: "introspection_unreachable", code: "introspection_unavailable" });
  },
);

t.test("a credential that cannot be had, or not in time, is as an auth server that cannot be asked", async (t) => {
  const broken = () => Promise.reject(new Error("the file is gone"));
  const { introspection } = await startAuthServer(t, { credential: broken });
  const { verify } = createVerifier(optionsFor(keys, { introspection }));
  await t.rejects(async () => verify(token), {
    reason: "introspection_unreachable",
    code: "introspection_unavailable",
  });
  const slow = await startAuthServer(t, { credential: () => new Promise(() => undefined), timeoutMs: 100 });
  await t.rejects(slow.introspection.introspect(token), new VerifierError("introspection_timeout"));
});

t.test("a flood of made-up tokens stays here", async (t) => {
  const { asked, answer, introspection } = await startAuthServer(t, { maxAtOnce: 3 });
  const waiting: (() => void)[] = [];
  answer.now = (response) =>
    void waiting.push(() => send({ active: false })(response, { url: "", authorization: "", body: "" }));
  const all = Array.from({ length: 50 }, (_, at) => introspection.introspect(String(at).padStart(64, "0")));
  const settled = Promise.allSettled(all);
  while (waiting.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const end of waiting) end();
  const refused = (await settled).filter(({ status }) => status === "rejected");
  t.equal(refused.length, 47);
  t.equal(asked.length, 3);
  answer.now = send(active);
  t.ok(await introspection.introspect(token), "and then there is room again");
});

t.test("a text that is no opaque token is never asked about, and without introspection none is", async (t) => {
  const { asked, introspection } = await startAuthServer(t);
  const { verify } = createVerifier(optionsFor(keys, { introspection }));
  for (const text of ["a".repeat(63), "A".repeat(64), "a.b.c", ""]) await t.rejects(async () => verify(text));
  await t.rejects(async () => createVerifier(optionsFor(keys)).verify(token), new VerifierError("not_three_parts"));
  t.equal(asked.length, 0);
});

t.test("an option that is missing or out of its range is a caller's bug", async (t) => {
  const good = { url: "http://127.0.0.1:1/oauth/introspect", credential: async () => "c" };
  for (const wrong of [
    { url: "http://auth.example/oauth/introspect" },
    { credential: "c" },
    { timeoutMs: 99 },
    { cacheSeconds: 301 },
    { maxAtOnce: 0 },
  ]) {
    t.throws(() => remoteIntrospection({ ...good, ...wrong } as never), { name: "TypeError" }, JSON.stringify(wrong));
  }
  t.throws(() => createVerifier(optionsFor(keys, { introspection: {} as never })), /remoteIntrospection/);
});
