import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import t, { type Test } from "tap";
import { Agent } from "undici";
import { createCredentialSource } from "../src/credential-source.ts";
import { createDpopKey } from "../src/dpop-key.ts";
import { requestToken } from "../src/request-token.ts";
import { fakeClock, grant, type Reply, sendJson, startServer } from "./fakes.ts";

const expiresIn = 300;

async function setUp(
  t: Test,
  reply: Reply,
  credential: string | (() => string | Promise<string>) = "cred-1",
  hasKey = false,
) {
  const server = await startServer(t, reply);
  const time = fakeClock();
  const dispatcher = new Agent();
  t.teardown(() => dispatcher.destroy());
  const credentials = createCredentialSource(credential, () => {});
  const endpoint = {
    authServer: new URL(server.url),
    credentials,
    dispatcher,
    timeoutMs: 5_000,
    clock: time.clock,
    dpopKey: hasKey ? createDpopKey(time.clock) : undefined,
    oauthTargets: new Set<string>(),
  };
  const ask = (mustBeNew = false, onBehalfOf?: string) =>
    requestToken(endpoint, { target: "m2", onBehalfOf }, mustBeNew);
  const askFor150Ms = () => requestToken({ ...endpoint, timeoutMs: 150 }, { target: "m2" }, false);
  return { ...server, ...time, ask, askFor150Ms };
}

t.test("the request is POST /accesstoken with the credential as Bearer and the target as JSON", async (t) => {
  const { ask, seen, clock } = await setUp(t, grant(expiresIn));
  t.same(await ask(), { value: "token-1", scheme: "Bearer", expiresAt: clock() + 300_000 });
  t.match(seen, [{ method: "POST", url: "/accesstoken", body: '{"target":"m2"}' }]);
  t.match(seen[0]?.headers, { authorization: "Bearer cred-1", "content-type": "application/json" });
  t.equal(seen[0]?.headers["cache-control"], undefined);
});

const oauthToken: Reply = (_, response) =>
  sendJson(response, 200, { access_token: "token-1", token_type: "Bearer", expires_in: expiresIn });

t.test("with the token that it was called with it exchanges that (RFC 8693 section 2.1)", async (t) => {
  const { ask, seen } = await setUp(t, oauthToken);
  t.match(await ask(false, "a+b/c=="), { value: "token-1", scheme: "Bearer" });
  t.match(seen, [{ method: "POST", url: "/oauth/token", headers: { authorization: "Bearer cred-1" } }]);
  t.strictSame(Object.fromEntries(new URLSearchParams(seen[0]?.body)), {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: "a+b/c==",
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    audience: "m2",
  });
});

t.test("a token to call on with that is refused is the caller's to know of, once", async (t) => {
  const { ask, seen } = await setUp(t, (_, response) => sendJson(response, 400, { error: "invalid_request" }));
  await t.rejects(ask(false, "a.b.c"), { code: "invalid_request", authServerStatus: 400 });
  t.equal(seen.length, 1);
});

/** Answers as the auth server does whose target takes opaque tokens: at one door alone. */
const opaque: Reply = ({ url }, response) => {
  if (url === "/accesstoken") sendJson(response, 400, { error: "oauth_required" });
  else sendJson(response, 200, { access_token: "a".repeat(64), token_type: "Bearer", expires_in: expiresIn });
};

t.test(
  "where the target's tokens are to be had at /oauth/token alone they are asked for there, from then on",
  async (t) => {
    const { ask, seen, clock } = await setUp(t, opaque);
    t.same(await ask(), { value: "a".repeat(64), scheme: "Bearer", expiresAt: clock() + 300_000 });
    await ask();
    t.same(
      seen.map(({ url }) => url),
      ["/accesstoken", "/oauth/token", "/oauth/token"],
    );
    t.match(seen[1], { method: "POST", body: "grant_type=client_credentials&audience=m2" });
    t.match(seen[1]?.headers, {
      authorization: "Bearer cred-1",
      "content-type": "application/x-www-form-urlencoded",
    });
    t.equal(seen[1]?.headers.dpop, undefined);
  },
);

const claimsOf = (proof: unknown) => JSON.parse(Buffer.from(String(proof).split(".")[1] ?? "", "base64url").toString());
const bound = { access_token: "token-1", token_type: "DPoP", expires_in: expiresIn };

t.test("with a key every token is bound to it: each request carries a new proof (RFC 9449 section 5)", async (t) => {
  const { ask, seen, url, clock } = await setUp(t, (_, response) => sendJson(response, 200, bound), "cred-1", true);
  t.match(await ask(), { value: "token-1", scheme: "DPoP" });
  await ask();
  const [one, two] = seen.map(({ headers }) => claimsOf(headers.dpop));
  t.match(one, { htm: "POST", htu: `${url}/oauth/token`, iat: Math.floor(clock() / 1_000), ath: undefined });
  t.not(one.jti, two.jti);
});

t.test("a nonce that is asked for is used at once, once, and from then on (section 8)", async (t) => {
  const asksForNonce: Reply = ({ headers }, response) => {
    const nonce = claimsOf(headers.dpop).nonce;
    if (nonce === "n-1") sendJson(response, 200, bound, { "dpop-nonce": "n-1" });
    else sendJson(response, 400, { error: "use_dpop_nonce" }, { "dpop-nonce": "n-1" });
  };
  const { ask, seen } = await setUp(t, asksForNonce, "cred-1", true);
  await ask();
  t.equal(seen.length, 2);
  await ask();
  t.equal(seen.length, 3);
});

t.test("a server that wants another nonce each time, or the same for ever, is asked twice and no more", async (t) => {
  for (const nonceOf of [(count: number) => `n-${count}`, () => "n"]) {
    let count = 0;
    const never: Reply = (_, response) => {
      count += 1;
      sendJson(response, 400, { error: "use_dpop_nonce" }, { "dpop-nonce": nonceOf(count) });
    };
    const { ask, seen } = await setUp(t, never, "cred-1", true);
    await t.rejects(ask(), { code: "auth_server_unreachable" });
    t.equal(seen.length, 2);
  }
});

t.test("a bearer token in place of one that is bound to the key is none", async (t) => {
  const plain = { ...bound, token_type: "Bearer" };
  const { ask } = await setUp(t, (_, response) => sendJson(response, 200, plain), "cred-1", true);
  await t.rejects(ask(), { code: "auth_server_unreachable", message: /token_type is not what was asked for/ });
});

t.test("refusals of the OAuth door are what those of the other one are", async (t) => {
  for (const [status, error, code] of [
    [401, "invalid_client", "invalid_credential"],
    [400, "invalid_target", "unauthorized_target"],
    [400, "invalid_dpop_proof", "invalid_dpop_proof"],
    [503, "core_unavailable", "core_unavailable"],
    [429, "too_many_requests", "too_many_requests"],
    [400, "something_else", "auth_server_unreachable"],
    [500, "invalid_target", "auth_server_unreachable"],
  ] as const) {
    const { ask } = await setUp(t, (_, response) => sendJson(response, status, { error }), "cred-1", true);
    await t.rejects(ask(), { code }, `${status} ${error}`);
  }
});

t.test("a token that must be new is asked for with Cache-Control: no-cache", async (t) => {
  const { ask, seen } = await setUp(t, grant());
  await ask(true);
  t.equal(seen[0]?.headers["cache-control"], "no-cache");
});

t.test(
  "the life of a token is counted from before the request, and one that is over on arrival is an error (m2m-auth: endless loop)",
  async (t) => {
    let waitMs = 299_999;
    const setup = await setUp(t, (_, response) => {
      setup.advance(waitMs);
      sendJson(response, 200, { accessToken: "token-1", tokenType: "Bearer", expiresIn });
    });
    const askedAt = setup.clock();
    t.equal((await setup.ask()).expiresAt, askedAt + 300_000);
    waitMs = 300_000;
    await t.rejects(setup.ask(), { code: "auth_server_unreachable" });
    t.equal(setup.seen.length, 2, "and it is not asked for again");
  },
);

t.test("a refused credential is read anew and tried once more, if it has changed", async (t) => {
  const given = ["cred-1", "cred-2"];
  const { ask, seen } = await setUp(
    t,
    ({ headers }, response) => {
      if (headers.authorization === "Bearer cred-2") grant()({} as never, response);
      else sendJson(response, 401, { error: "invalid_credential" });
    },
    () => given.shift() as string,
  );
  t.equal((await ask()).value, "token-1");
  t.equal(seen.length, 2);
});

t.test(
  "a refused credential that has not changed is refused once, and a changed one that is refused too, twice",
  async (t) => {
    const refuse: Reply = (_, response) => sendJson(response, 401, { error: "invalid_credential" });
    const same = await setUp(t, refuse, () => "cred-1");
    await t.rejects(same.ask(), { code: "invalid_credential", authServerStatus: 401 });
    t.equal(same.seen.length, 1);
    let count = 0;
    const changing = await setUp(t, refuse, () => `cred-${++count}`);
    await t.rejects(changing.ask(), { code: "invalid_credential", authServerStatus: 401 });
    t.equal(changing.seen.length, 2);
  },
);

t.test("a refusal by the map is passed on, and asked once", async (t) => {
  const { ask, seen } = await setUp(t, (_, response) =>
    sendJson(response, 401, { error: "unauthorized_target", decision_id: "d-1" }),
  );
  await t.rejects(ask(), { code: "unauthorized_target", authServerStatus: 401, decisionId: "d-1" });
  t.equal(seen.length, 1);
});

t.test(
  "an auth server that is frozen, drips its answer or its headers is unreachable at the deadline (m2m-auth: no timeouts)",
  async (t) => {
    const drip = (response: ServerResponse) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    };
    const slow: Reply[] = [
      () => {},
      (_, response) => drip(response),
      (_, response) => response.writeHead(200).flushHeaders(),
    ];
    for (const reply of slow) {
      const { askFor150Ms } = await setUp(t, reply);
      const startedAt = performance.now();
      await t.rejects(askFor150Ms(), { code: "auth_server_unreachable", message: /no answer within 150 ms/ });
      t.ok(performance.now() - startedAt < 3_000, "by our own clock, not undici's");
    }
  },
);

t.test("an endless answer is cut off at 64 kB (CVE-2026-2581)", async (t) => {
  const { ask, sockets } = await setUp(t, (_, response) => {
    response.on("error", () => {});
    const write = () => {
      while (!response.destroyed && response.write("x".repeat(16_384)));
      if (!response.destroyed) response.once("drain", write);
    };
    write();
  });
  await t.rejects(ask(), { code: "auth_server_unreachable", authServerStatus: 200 });
  await t.resolves(
    new Promise<void>((resolve) => (sockets.size === 0 ? resolve() : [...sockets][0]?.once("close", () => resolve()))),
  );
});

t.test("an answer that is packed is not unpacked (CVE-2026-22036)", async (t) => {
  const answer = JSON.stringify({ accessToken: "token-1", tokenType: "Bearer", expiresIn });
  for (const encoding of ["gzip", Array(50).fill("gzip").join(", ")]) {
    const { ask, seen } = await setUp(t, (_, response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(gzipSync(answer)),
    );
    await t.rejects(ask(), { code: "auth_server_unreachable", authServerStatus: 200 });
    t.equal(seen[0]?.headers["accept-encoding"], undefined, "nor was it asked for");
  }
});

t.test("a redirect is not followed, so the credential goes to no other place", async (t) => {
  const thief = await startServer(t, grant());
  const { ask } = await setUp(t, (_, response) =>
    response.writeHead(307, { location: `${thief.url}/accesstoken` }).end(),
  );
  await t.rejects(ask(), { code: "auth_server_unreachable", authServerStatus: 307 });
  t.equal(thief.seen.length, 0);
});

t.test(
  "an auth server that is stopped is unreachable, with the reason's short code (m2m-auth: e.response)",
  async (t) => {
    const { ask, stop, url } = await setUp(t, grant());
    await stop();
    await t.rejects(ask(), {
      code: "auth_server_unreachable",
      message: `The auth server at ${url} could not be reached: ECONNREFUSED.`,
      retryAfterSeconds: 1,
    });
  },
);

t.test("a connection that breaks is tried once more, and only once", async (t) => {
  let breaks = 1;
  const { ask, seen } = await setUp(t, (request, response) => {
    if (breaks-- > 0) response.socket?.destroy();
    else grant()(request, response);
  });
  t.equal((await ask()).value, "token-1");
  breaks = 5;
  await t.rejects(ask(), { code: "auth_server_unreachable" });
  t.equal(seen.length, 4);
});

t.test("a credential function that never answers is over at the deadline", async (t) => {
  const { askFor150Ms, seen } = await setUp(t, grant(), () => new Promise<string>(() => {}));
  await t.rejects(askFor150Ms(), { code: "auth_server_unreachable" });
  t.equal(seen.length, 0);
});

t.test("a credential that cannot be sent is refused before anything is", async (t) => {
  const { ask, seen } = await setUp(t, grant(), "cred\r\nx-evil: 1");
  await t.rejects(ask(), { code: "invalid_credential" });
  t.equal(seen.length, 0);
});
