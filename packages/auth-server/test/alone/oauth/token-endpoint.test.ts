import t, { type Test } from "tap";
import { claimsOf } from "../../fake-signer.ts";
import { mapOf, startServer } from "../../start-server.ts";

const map = mapOf(
  "  m1: [m1, m2]",
  "  m2:",
  "    - { target: m1, scopes: [write, read] }",
  "  m3:",
  "    - { target: maps, scopes: [directions, geocode] }",
  "  m4: []",
  "  m5: [m1]",
);
const server = await startServer(t, {
  map: `${map.replace("...", "")}services:
  maps: { audience: "urn:maps", scopes: [directions, geocode] }
  m5: { grants: [token_exchange] }
...
`,
});
await server.isReady();
const credentials = {
  m1: await server.issue("m1"),
  m2: await server.issue("m2"),
  m3: await server.issue("m3"),
  m4: await server.issue("m4"),
  m5: await server.issue("m5"),
};

type Caller = keyof typeof credentials;
type Fields = Readonly<Record<string, string>>;

const form = (fields: Fields): string => new URLSearchParams(fields).toString();
const grant = { grant_type: "client_credentials" } as const;

interface Request {
  readonly path?: string;
  readonly payload?: string;
  readonly headers?: Fields;
}

const send = (
  caller: Caller | undefined,
  { path = "/oauth/token", payload = form(grant), headers = {} }: Request = {},
) =>
  server.app.inject({
    method: "POST",
    url: path,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(caller === undefined ? {} : { authorization: `Bearer ${credentials[caller].token}` }),
      ...headers,
    },
    payload,
  });
const ask = (caller: Caller, fields: Fields) => send(caller, { payload: form({ ...grant, ...fields }) });

type Answer = Awaited<ReturnType<typeof send>>;

/** Shows that `answer` is the OAuth error `error`, with a body that has nothing else than it should. */
function isError(t: Test, answer: Answer, status: number, error: string): void {
  t.equal(answer.statusCode, status, answer.body);
  t.equal(answer.json().error, error);
  t.equal(answer.headers["cache-control"], "no-store");
  const known = ["error", "error_description", "decision_id"];
  t.ok(Object.keys(answer.json()).every((name) => known.includes(name)));
  t.match(answer.json().error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, "RFC 6749 section 5.2");
}

t.test(
  "a good request is answered with token, type, life and scope, and nothing to refresh it (RFC 6749 4.4.3, 5.1)",
  async (t) => {
    const answer = await ask("m2", { audience: "m1" });
    t.equal(answer.statusCode, 200, answer.body);
    const { access_token, ...rest } = answer.json();
    t.strictSame(rest, { token_type: "Bearer", expires_in: 300, scope: "read write" });
    t.equal(answer.headers["cache-control"], "no-store");
    t.equal(answer.headers.pragma, "no-cache");
    const { iat, exp, jti, gen, ...claims } = claimsOf(access_token);
    t.strictSame(claims, {
      iss: "https://auth.example",
      client_id: "m2",
      sub: "m2",
      aud: "m1",
      token_use: "access",
      map: 1,
      scope: "read write",
    });
    t.equal(Number(exp) - Number(iat), 300);
  },
);

t.test("JSON does as well as a form, and /token as well as /oauth/token", async (t) => {
  const json = { "content-type": "application/json" };
  const answer = await send("m1", { payload: JSON.stringify({ ...grant, audience: "m2" }), headers: json });
  t.match(answer.json(), { token_type: "Bearer" });
  t.equal("scope" in answer.json(), false, "the edge grants none");
  t.match((await send("m2", { path: "/token" })).json(), { token_type: "Bearer" });
});

t.test("the target is named by audience or resource, or is the only one (RFC 8707 section 2)", async (t) => {
  const audienceOf = (answer: Answer) => claimsOf(answer.json().access_token).aud;
  t.equal(audienceOf(await ask("m1", { audience: "m2" })), "m2");
  t.equal(audienceOf(await ask("m1", { resource: "m2" })), "m2");
  t.equal(audienceOf(await ask("m1", { resource: "m2", audience: "m2" })), "m2");
  t.equal(audienceOf(await ask("m2", {})), "m1", "m2 may call nobody else");
  for (const fields of [
    {},
    { audience: "m9" },
    { audience: "m3" },
    { audience: "m1", resource: "m2" },
    { resource: "https://m1" },
  ] as Fields[]) {
    isError(t, await ask("m1", fields), 400, "invalid_target");
  }
  isError(t, await ask("m4", {}), 400, "invalid_target");
  isError(t, await send("m1", { payload: `${form(grant)}&resource=m1&resource=m2` }), 400, "invalid_target");
});

t.test("a service with an audience of its own is meant by it or by its name, and the token carries it", async (t) => {
  for (const fields of [{}, { audience: "urn:maps" }, { resource: "urn:maps" }, { audience: "maps" }] as Fields[]) {
    const answer = await ask("m3", fields);
    t.equal(claimsOf(answer.json().access_token).aud, "urn:maps", JSON.stringify(fields));
  }
  const old = await server.ask(credentials.m3.token, { target: "maps" });
  t.equal(claimsOf(old.json().accessToken).aud, "urn:maps", "from the other door too");
  isError(t, await ask("m1", { audience: "urn:maps" }), 400, "invalid_target");
  isError(t, await ask("m3", { audience: "urn:other" }), 400, "invalid_target");
});

t.test("a service without the grant gets no token for itself, at either door", async (t) => {
  isError(t, await ask("m5", {}), 400, "unauthorized_client");
  const answer = await server.ask(credentials.m5.token, { target: "m1" });
  t.equal(answer.statusCode, 400);
  t.equal(answer.json().error, "unauthorized_client");
});

t.test("fewer scopes can be asked for, and no others (RFC 6749 section 3.3)", async (t) => {
  t.equal((await ask("m2", { scope: "read" })).json().scope, "read");
  t.equal((await ask("m2", { scope: "write read write" })).json().scope, "read write");
  t.equal((await ask("m2", { scope: "" })).json().scope, "read write", "none is as not asked");
  for (const scope of ["admin", "read admin", "READ", " read", "read  write", 're"ad', "réad"]) {
    isError(t, await ask("m2", { scope }), 400, "invalid_scope");
  }
  isError(t, await ask("m1", { audience: "m2", scope: "read" }), 400, "invalid_scope");
});

t.test("another grant is refused by name, and none as a malformed request (RFC 6749 section 5.2)", async (t) => {
  for (const grantType of ["password", "authorization_code", "refresh_token", "CLIENT_CREDENTIALS", "__proto__"]) {
    isError(t, await send("m1", { payload: form({ grant_type: grantType }) }), 400, "unsupported_grant_type");
  }
  isError(t, await send("m1", { payload: "" }), 400, "invalid_request");
  isError(t, await send("m1", { payload: "audience=m2" }), 400, "invalid_request");
});

t.test("a malformed request is refused: twice, undecodable, in the URL, of another type", async (t) => {
  isError(t, await send("m1", { payload: `${form(grant)}&audience=m1&audience=m2` }), 400, "invalid_request");
  isError(t, await send("m1", { payload: "grant_type=%zz" }), 400, "invalid_request");
  isError(t, await send("m1", { path: "/oauth/token?audience=m2" }), 400, "invalid_request");
  isError(t, await send("m1", { headers: { "content-type": "text/plain" } }), 400, "invalid_request");
  isError(
    t,
    await send("m1", {
      payload: '{"grant_type":["client_credentials"]}',
      headers: { "content-type": "application/json" },
    }),
    400,
    "invalid_request",
  );
  for (const method of ["GET", "PUT"] as const) {
    t.equal((await server.app.inject({ method, url: "/oauth/token" })).statusCode, 405);
  }
});

t.test("a client that proves nothing is told which scheme it may use (RFC 6749 section 5.2)", async (t) => {
  const nobody = await send(undefined);
  isError(t, nobody, 401, "invalid_client");
  t.equal(nobody.headers["www-authenticate"], 'Basic realm="meshpass", charset="UTF-8"');
  const wrong = await send(undefined, { headers: { authorization: "Bearer x.y.z" } });
  isError(t, wrong, 401, "invalid_client");
  t.equal(wrong.headers["www-authenticate"], 'Bearer realm="meshpass"');
});

t.test("no other refusal challenges: libraries would take that for all that was said", async (t) => {
  const answers = [
    await ask("m1", { audience: "m3" }),
    await ask("m1", { grant_type: "" }),
    await ask("m2", { scope: "admin" }),
  ];
  t.strictSame(
    answers.map(({ statusCode, headers }) => [statusCode, headers["www-authenticate"]]),
    [
      [400, undefined],
      [400, undefined],
      [400, undefined],
    ],
  );
});

t.test("every refusal is a decision on record with what is known of it", async (t) => {
  const { decision_id: id } = (await ask("m1", { audience: "m3" })).json();
  t.match(await server.decisions(1, (line) => line.decision_id === id), [
    { caller: "m1", target: "m3", allowed: false, reason: "not_in_map", credential: credentials.m1.jti },
  ]);
  const { decision_id: scopeId } = (await ask("m2", { scope: "admin" })).json();
  t.match(await server.decisions(1, (line) => line.decision_id === scopeId), [
    { caller: "m2", reason: "scope_not_granted" },
  ]);
});

t.test("both doors give tokens of their own issuer, and neither the other's", async (t) => {
  const old = (await server.ask(credentials.m1.token, { target: "m2" }, { "cache-control": "" })).json().accessToken;
  const first = (await ask("m1", { audience: "m2" })).json().access_token;
  t.equal(claimsOf(old).iss, "auth-server");
  t.equal("client_id" in claimsOf(old), false);
  t.equal(claimsOf(first).iss, "https://auth.example");
  t.equal(
    (await ask("m1", { audience: "m2" })).json().access_token,
    first,
    "and the second is the first, at its own door",
  );
});
