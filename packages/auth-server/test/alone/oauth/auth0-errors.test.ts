import { accessTokenType, tokenExchangeGrant } from "@meshpass/protocol";
import t from "tap";
import { startServer } from "../../start-server.ts";

const map = `version: 1
interactions:
  gift: [{ target: maps, scopes: [directions] }, old, vault]
  shop: [{ target: maps, scopes: [directions, send] }]
  banned: [maps]
  maps: [{ target: gift, scopes: [wrap, send], on_behalf_of: [shop] }]
services:
  gift: { errors: auth0 }
  maps: { errors: auth0, audience: "urn:worldmappers", scopes: [directions, geocode, send] }
  old: { audience: "urn:old", enabled: false }
  banned: { errors: auth0, grants: [] }
...
`;
const server = await startServer(t, { map });
await server.isReady();
const secretOf = async (service: string): Promise<string> =>
  (await server.operate("POST", "/credentials", { service, type: "secret" })).json().clientSecret;
const secrets = {
  maps: await secretOf("maps"),
  gift: await secretOf("gift"),
  shop: await secretOf("shop"),
  banned: await secretOf("banned"),
};

const ask = (client: keyof typeof secrets, fields: object = {}) =>
  server.app.inject({
    method: "POST",
    url: "/oauth/token",
    payload: {
      grant_type: "client_credentials",
      client_id: client,
      client_secret: secrets[client],
      audience: "urn:worldmappers",
      ...fields,
    },
  });

const answers: Record<string, readonly [fields: object, status: number, error: string, text: string]> = {
  "a wrong secret": [{ client_secret: "wrong" }, 401, "access_denied", "Unauthorized"],
  "an API that is not there": [
    { audience: "urn:nothing" },
    403,
    "access_denied",
    "Service not enabled within domain: urn:nothing",
  ],
  "an API that is disabled": [
    { audience: "urn:old" },
    403,
    "access_denied",
    "Service not enabled within domain: urn:old",
  ],
  "an API that it is not granted": [
    { audience: "shop" },
    403,
    "access_denied",
    'Client "gift" is not authorized to access resource server "shop". You need to create a "client-grant" associated to this API.',
  ],
  "no API": [
    { audience: "" },
    403,
    "access_denied",
    "No audience parameter was provided, and no default audience has been configured",
  ],
  "scopes that it is not granted, those alone": [
    { scope: "geocode directions admin" },
    403,
    "access_denied",
    "Client has not been granted scopes: admin geocode",
  ],
  "no grant type": [{ grant_type: "" }, 400, "invalid_request", "Missing required parameter: grant_type"],
  "another grant type": [{ grant_type: "magic" }, 400, "unsupported_grant_type", "Grant type not supported"],
};

for (const [what, [fields, status, error, text]] of Object.entries(answers)) {
  t.test(`a client that comes from Auth0 is answered as there: ${what}`, async (t) => {
    const answer = await ask("gift", fields);
    t.equal(answer.statusCode, status);
    t.match(answer.json(), { error, error_description: text, decision_id: String });
    t.equal(answer.headers["cache-control"], "no-store");
    t.equal(answer.headers["www-authenticate"] !== undefined, status === 401);
  });
}

t.test("of a token exchange the scopes are named that the token which is exchanged does not have", async (t) => {
  const { access_token: subjectToken } = (await ask("shop")).json();
  const answer = await ask("maps", {
    grant_type: tokenExchangeGrant,
    subject_token: subjectToken,
    subject_token_type: accessTokenType,
    audience: "gift",
    scope: "wrap send",
  });
  t.equal(answer.statusCode, 403);
  t.match(answer.json(), { error: "access_denied", error_description: "Client has not been granted scopes: wrap" });
});

t.test("so is one without the grant; every other client is answered in the words of the RFC", async (t) => {
  const answer = await ask("banned");
  t.equal(answer.statusCode, 403);
  t.match(answer.json(), {
    error: "unauthorized_client",
    error_description: "Grant type 'client_credentials' not allowed for the client.",
  });
  t.match((await ask("shop", { audience: "urn:nothing" })).json(), { error: "invalid_target" });
  t.match((await ask("shop", { client_secret: "wrong" })).json(), { error: "invalid_client" });
  t.match((await ask("gift", { client_id: "nobody" })).json(), { error: "invalid_client" });
  t.match((await ask("gift")).json(), { token_type: "Bearer", scope: "directions" });
});

t.test("what could not even be read is answered in the words of the RFC", async (t) => {
  const answer = await server.app.inject({ method: "POST", url: "/oauth/token?client_id=gift", payload: {} });
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), { error: "invalid_request" });
});
