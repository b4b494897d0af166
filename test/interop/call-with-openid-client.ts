import { accessTokenType, tokenExchangeGrant } from "@meshpass/protocol";
import * as client from "openid-client";
import type { Test } from "tap";
import { failureOf } from "./failure-of.ts";
import type { Issuer } from "./start-issuer.ts";

/** The issuer speaks http: on this machine, which the library takes only when told. */
const discover = (issuer: Issuer, id: string, auth: client.ClientAuth, metadata = {}) =>
  client.discovery(new URL(issuer.url), id, metadata, auth, {
    algorithm: "oauth2",
    execute: [client.allowInsecureRequests],
  });

const wanted = { audience: "urn:maps", scope: "directions" };

/** openid-client 6: discovery, every way of authentication, DPoP, introspection, revocation. */
export async function callWithOpenidClient(t: Test, issuer: Issuer): Promise<void> {
  const key = await crypto.subtle.importKey(
    "pkcs8",
    issuer.privateKey.export({ type: "pkcs8", format: "der" }),
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["sign"],
  );
  for (const [name, auth] of Object.entries({
    client_secret_basic: client.ClientSecretBasic(issuer.secret),
    client_secret_post: client.ClientSecretPost(issuer.secret),
    private_key_jwt: client.PrivateKeyJwt({ key, kid: issuer.kid }),
  })) {
    await t.test(`client credentials by ${name}, found by discovery`, async (t) => {
      const config = await discover(issuer, "shop", auth);
      const tokens = await client.clientCredentialsGrant(config, wanted);
      t.match(tokens, { token_type: "bearer", scope: "directions", expires_in: Number });
      t.equal(tokens.refresh_token, undefined);
    });
  }

  await t.test("introspection by the target, revocation by the client", async (t) => {
    const shop = await discover(issuer, "shop", client.ClientSecretBasic(issuer.secret));
    const maps = await discover(issuer, "maps", client.ClientSecretPost(await issuer.secretOf("maps")));
    const { access_token: token } = await client.clientCredentialsGrant(shop, wanted);
    t.match(await client.tokenIntrospection(maps, token), { active: true, client_id: "shop", aud: "urn:maps" });
    await client.tokenRevocation(shop, token);
    t.strictSame({ ...(await client.tokenIntrospection(maps, token)) }, { active: false });
  });

  await t.test("a token bound to a key by DPoP, which an edge can demand", async (t) => {
    const config = await discover(issuer, "bank", client.ClientSecretBasic(await issuer.secretOf("bank")));
    t.match(await failureOf(client.clientCredentialsGrant(config, { audience: "vault" })), {
      error: "invalid_dpop_proof",
    });
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
    const tokens = await client.clientCredentialsGrant(config, { audience: "vault" }, { DPoP });
    t.equal(tokens.token_type, "dpop");
  });

  await t.test("a token exchange by the target, to call on with (RFC 8693)", async (t) => {
    const shop = await discover(issuer, "shop", client.ClientSecretBasic(issuer.secret));
    const maps = await discover(issuer, "maps", client.ClientSecretBasic(await issuer.secretOf("maps")));
    const { access_token: subjectToken } = await client.clientCredentialsGrant(shop, wanted);
    const exchange = (more: Record<string, string>) =>
      client.genericGrantRequest(maps, tokenExchangeGrant, {
        subject_token: subjectToken,
        subject_token_type: accessTokenType,
        ...more,
      });
    const tokens = await exchange({ audience: "tiles" });
    t.match(tokens, { token_type: "bearer", issued_token_type: accessTokenType });
    const tiles = await discover(issuer, "tiles", client.ClientSecretBasic(await issuer.secretOf("tiles")));
    const told = await client.tokenIntrospection(tiles, tokens.access_token);
    t.match(told, { active: true, sub: "shop", client_id: "maps", act: { sub: "maps" }, token_use: "delegated" });
    t.match(await failureOf(exchange({ audience: "vault" })), { error: "invalid_target", status: 400 });
    t.match(await failureOf(exchange({ audience: "tiles", subject_token: "x.y.z" })), {
      error: "invalid_request",
      status: 400,
    });
  });

  await t.test("what is refused is refused in the words of the RFC", async (t) => {
    const config = await discover(issuer, "shop", client.ClientSecretBasic(issuer.secret));
    const refusal = (parameters: Record<string, string>) => client.clientCredentialsGrant(config, parameters);
    t.match(await failureOf(refusal({ audience: "urn:other" })), { error: "invalid_target", status: 400 });
    t.match(await failureOf(refusal({ audience: "urn:maps", scope: "admin" })), {
      error: "invalid_scope",
      status: 400,
    });
    const wrong = await discover(issuer, "shop", client.ClientSecretBasic("wrong"));
    t.match(await failureOf(client.clientCredentialsGrant(wrong, wanted)), { status: 401 });
  });
}
