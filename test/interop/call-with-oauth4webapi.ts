import { accessTokenType, tokenExchangeGrant } from "@meshpass/protocol";
import * as oauth from "oauth4webapi";
import type { Test } from "tap";
import type { Issuer } from "./start-issuer.ts";

const http = { [oauth.allowInsecureRequests]: true };

/** oauth4webapi 3: the same by hand, each answer checked as the library checks it. */
export async function callWithOauth4webapi(t: Test, issuer: Issuer): Promise<void> {
  const url = new URL(issuer.url);
  const found = await oauth.discoveryRequest(url, { ...http, algorithm: "oauth2" });
  const as = await oauth.processDiscoveryResponse(url, found);
  const client: oauth.Client = { client_id: "shop" };
  const auth = oauth.ClientSecretBasic(issuer.secret);
  const grant = async (parameters: Record<string, string>, options = {}) => {
    const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, parameters, { ...http, ...options });
    return oauth.processClientCredentialsResponse(as, client, answer);
  };

  await t.test("a token, its introspection and its revocation", async (t) => {
    const { access_token: token } = await grant({ resource: "urn:maps" });
    const maps: oauth.Client = { client_id: "maps" };
    const ofMaps = oauth.ClientSecretPost(await issuer.secretOf("maps"));
    const ask = async () => {
      const answer = await oauth.introspectionRequest(as, maps, ofMaps, token, http);
      return oauth.processIntrospectionResponse(as, maps, answer);
    };
    t.match(await ask(), { active: true, scope: "directions geocode", iss: issuer.url });
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, http));
    t.strictSame(await ask(), { active: false });
  });

  await t.test("DPoP, by the library's own handle", async (t) => {
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("EdDSA"));
    t.equal((await grant({ audience: "urn:maps" }, { DPoP })).token_type, "dpop");
  });

  await t.test("a token exchange with a key of one's own (RFC 8693, RFC 9449)", async (t) => {
    const bank: oauth.Client = { client_id: "bank" };
    const ofBank = oauth.ClientSecretBasic(await issuer.secretOf("bank"));
    const asked = await oauth.clientCredentialsGrantRequest(as, bank, ofBank, { audience: "urn:maps" }, http);
    const { access_token: subjectToken } = await oauth.processClientCredentialsResponse(as, bank, asked);
    const maps: oauth.Client = { client_id: "maps" };
    const ofMaps = oauth.ClientSecretPost(await issuer.secretOf("maps"));
    const DPoP = oauth.DPoP(maps, await oauth.generateKeyPair("ES256"));
    const parameters = { subject_token: subjectToken, subject_token_type: accessTokenType, audience: "vault" };
    const options = { ...http, DPoP };
    const answer = await oauth.genericTokenEndpointRequest(as, maps, ofMaps, tokenExchangeGrant, parameters, options);
    const tokens = await oauth.processGenericTokenEndpointResponse(as, maps, answer);
    t.match(tokens, { token_type: "dpop", issued_token_type: accessTokenType });
  });

  await t.test(
    "its check of an access token insists on typ at+jwt, which the core cannot write (docs/oauth.md)",
    async (t) => {
      const { access_token: token } = await grant({ audience: "urn:maps" });
      const request = new Request("https://maps.example/", { headers: { authorization: `Bearer ${token}` } });
      const checked = oauth.validateJwtAccessToken(as, request, "urn:maps", http);
      await t.rejects(checked, { message: /typ/ });
    },
  );
}
