import { AuthenticationClient } from "auth0";
import { ClientCredentials } from "simple-oauth2";
import type { Test } from "tap";
import { failureOf } from "./failure-of.ts";
import type { Issuer } from "./start-issuer.ts";

/** simple-oauth2 5: it sends what it is given, and reads what comes. */
export async function callWithSimpleOauth2(t: Test, issuer: Issuer): Promise<void> {
  for (const authorizationMethod of ["header", "body"] as const) {
    await t.test(`a token, the client's secret in the ${authorizationMethod}`, async (t) => {
      const client = new ClientCredentials({
        client: { id: "shop", secret: issuer.secret },
        auth: { tokenHost: issuer.url, tokenPath: "/oauth/token" },
        options: { authorizationMethod },
      });
      const { token } = await client.getToken({ audience: "urn:maps", scope: ["directions", "geocode"] } as never);
      t.match(token, { token_type: "Bearer", scope: "directions geocode" });
    });
  }
}

/** auth0 4: its token call, JSON or form, at `https://<domain>`; here the way to it is turned to this machine. */
export async function callWithAuth0(t: Test, issuer: Issuer): Promise<void> {
  const toIssuer: typeof fetch = (input, init) =>
    fetch(String(input).replace("https://auth.example", issuer.url), init);
  await t.test("a token", async (t) => {
    const options = { domain: "auth.example", clientId: "shop", clientSecret: issuer.secret, fetch: toIssuer };
    const { oauth } = new AuthenticationClient(options);
    const { data, status } = await oauth.clientCredentialsGrant({ audience: "urn:maps" });
    t.equal(status, 200);
    t.match(data, { token_type: "Bearer", expires_in: Number });
  });
  await t.test("a wrong secret is its AuthApiError with our code", async (t) => {
    const options = { domain: "auth.example", clientId: "shop", clientSecret: "wrong", fetch: toIssuer };
    const { oauth } = new AuthenticationClient(options);
    t.match(await failureOf(oauth.clientCredentialsGrant({ audience: "urn:maps" })), {
      error: "invalid_client",
      statusCode: 401,
    });
  });
}
