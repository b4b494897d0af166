import "../without-tap.ts";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessTokenType, tokenExchangeGrant } from "@meshpass/protocol";
import t from "tap";
import { claimsOf } from "../fake-signer.ts";
import { serverFolder } from "../server-folder.ts";
import { startServer } from "../start-server.ts";
import { until } from "../until.ts";

const map = `version: 1
interactions:
  gift: [{ target: maps, scopes: [directions, geocode] }]
  shop: [maps]
  banned: [maps]
  free: [maps]
  maps: [tiles]
services:
  maps: { audience: "urn:maps" }
  gift: { metadata: { customer_id: c-1 }, quota: { per_hour: 5 } }
  banned: { metadata: { banned: "true" }, errors: auth0, quota: { per_hour: 1 } }
...
`;
const action = `
export async function onExecuteCredentialsExchange(event, api) {
  const { client, request, resource_server, accessToken, transaction } = event;
  if (client.metadata.banned === "true") api.access.deny("invalid_request", "Access has been temporarily revoked");
  if (client.name === "shop") throw new Error("a slip");
  if (client.metadata.customer_id) api.accessToken.setCustomClaim("customerId", client.metadata.customer_id);
  api.accessToken.setCustomClaim("seen", { request, resource_server, scope: accessToken.scope, transaction });
  for (const name of ["sub", "aud", "exp", "scope", "gen", "jti", "cnf", "act", "parents"]) api.accessToken.setCustomClaim(name, "evil");
}
`;
const saved = `
export async function onExecuteCredentialsExchange(event, api) {
  api.accessToken.setCustomClaim("plan", "gold");
}
`;
const folder = serverFolder(t, { "interactions.yaml": map });
const file = join(folder, "actions", "one.js");
mkdirSync(join(folder, "actions"));
writeFileSync(file, action);
const server = await startServer(t, { config: { stateFolder: folder } });
await server.isReady();
const secrets = new Map<string, string>();
for (const service of ["gift", "shop", "banned"]) {
  const { clientSecret } = (await server.operate("POST", "/credentials", { service, type: "secret" })).json();
  secrets.set(service, clientSecret);
}

const tokens = { free: (await server.issue("free")).token, maps: (await server.issue("maps")).token };

const ask = (client: string, fields = {}) =>
  server.app.inject({
    method: "POST",
    url: "/oauth/token",
    headers: { "user-agent": "gift/1" },
    payload: {
      grant_type: "client_credentials",
      client_id: client,
      client_secret: secrets.get(client),
      audience: "urn:maps",
      ...fields,
    },
  });

t.test("an action sees the request without its secrets, and sets claims, none of ours among them", async (t) => {
  const answer = await ask("gift", { scope: "directions" });
  t.equal(answer.statusCode, 200, answer.body);
  const { customerId, seen, ...claims } = claimsOf(answer.json().access_token);
  t.equal(customerId, "c-1");
  t.strictSame(seen, {
    request: {
      ip: "127.0.0.1",
      method: "POST",
      user_agent: "gift/1",
      body: { grant_type: "client_credentials", client_id: "gift", audience: "urn:maps", scope: "directions" },
    },
    resource_server: { identifier: "urn:maps", name: "maps" },
    scope: ["directions"],
    transaction: { requested_scopes: ["directions"] },
  });
  t.match(claims, { sub: "gift", aud: "urn:maps", scope: "directions", client_id: "gift" });
  t.equal(Object.values(claims).includes("evil"), false);
  const warned = () => server.log.filter((line) => /one.*(gen|cnf)/.test(line)).length;
  t.equal(warned(), 2, "and the log says which names were not taken");
  await ask("gift", { scope: "directions" });
  t.equal(warned(), 2, "once");
});

t.test("of a token exchange it is told the chain, and not the token (RFC 8693)", async (t) => {
  const answer = await server.app.inject({
    method: "POST",
    url: "/oauth/token",
    headers: { authorization: `Bearer ${tokens.maps}` },
    payload: {
      grant_type: tokenExchangeGrant,
      subject_token: (await ask("gift")).json().access_token,
      subject_token_type: accessTokenType,
    },
  });
  t.equal(answer.statusCode, 200, answer.body);
  const { seen, act, parents } = claimsOf(answer.json().access_token);
  const { transaction, request } = seen as Record<string, Record<string, unknown>>;
  t.strictSame(transaction, { requested_scopes: [], chain: ["gift", "maps"] });
  t.strictSame(request?.body, { grant_type: tokenExchangeGrant, subject_token_type: accessTokenType });
  t.strictSame(act, { sub: "maps" });
  t.match(parents, [{ jti: String }], "which no action sets");
});

t.test("while there are actions no token is handed out again: each request is heard anew", async (t) => {
  const [one, two] = [(await ask("gift")).json().access_token, (await ask("gift")).json().access_token];
  t.not(one, two);
});

t.test("a denial gives its own code and reason, is on record, and does not count against the quota", async (t) => {
  for (let count = 0; count < 3; count += 1) {
    const answer = await ask("banned");
    t.equal(answer.statusCode, 400);
    t.match(answer.json(), { error: "invalid_request", error_description: "Access has been temporarily revoked" });
    const { decision_id: id } = answer.json();
    t.match(await server.decisions(1, (line) => line.decision_id === id), [
      { caller: "banned", target: "maps", allowed: false, reason: "denied_by_action" },
    ]);
  }
});

t.test("an action that fails is 500 server_error, tells nothing, and mints nothing", async (t) => {
  const before = server.core.mints;
  const answer = await ask("shop");
  t.equal(answer.statusCode, 500);
  t.match(answer.json(), { error: "server_error" });
  t.notMatch(answer.body, /slip/);
  t.match(server.log.join(""), /a slip/, "the log says it");
  t.equal(server.core.mints, before);
});

t.test("the other door hears them as well", async (t) => {
  const { token } = await server.issue("banned");
  const answer = await server.ask(token, { target: "maps" });
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), { error: "invalid_request", error_description: "Access has been temporarily revoked" });
});

t.test("they are in force when they are saved, and gone when they are deleted", async (t) => {
  writeFileSync(join(folder, "actions", "two.js"), saved);
  await until(
    async () => claimsOf((await server.ask(tokens.free, { target: "maps" })).json().accessToken).plan === "gold",
  );
  for (const name of ["one.js", "two.js"]) rmSync(join(folder, "actions", name));
  await until(async () => (await ask("shop")).statusCode === 200);
  t.equal((await ask("banned")).statusCode, 200);
  t.match(
    (await ask("banned", { scope: "" })).json(),
    { token_type: "Bearer" },
    "handed out again, so the quota holds",
  );
});

t.test("a file that others may write to keeps the server from starting", async (t) => {
  const unsafe = serverFolder(t, { "interactions.yaml": map, actions: { "one.js": action } });
  chmodSync(join(unsafe, "actions", "one.js"), 0o666);
  await t.rejects(startServer(t, { core: server.core, config: { stateFolder: unsafe } }), { code: "unsafe_folder" });
});
