import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { auth } from "express-oauth2-jwt-bearer";
import jwt from "jsonwebtoken";
import jwksRsa from "jwks-rsa";
import type { Test } from "tap";
import type { Issuer } from "./start-issuer.ts";

async function tokenFor(issuer: Issuer, scope = "directions"): Promise<string> {
  const answer = await fetch(`${issuer.url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`shop:${issuer.secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", audience: "urn:maps", scope }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** jsonwebtoken 9 with jwks-rsa 4, from the metadata document alone. */
export async function verifyWithJsonwebtoken(t: Test, issuer: Issuer): Promise<void> {
  const found = await fetch(`${issuer.url}/.well-known/oauth-authorization-server`);
  const metadata = (await found.json()) as { issuer: string; jwks_uri: string };
  const keys = jwksRsa({ jwksUri: metadata.jwks_uri });
  const verify = async (token: string, audience: string) => {
    const { kid } = jwt.decode(token, { complete: true })?.header ?? {};
    const key = (await keys.getSigningKey(kid)).getPublicKey();
    return jwt.verify(token, key, { algorithms: ["RS256"], issuer: metadata.issuer, audience }) as jwt.JwtPayload;
  };
  const token = await tokenFor(issuer);
  t.match(await verify(token, "urn:maps"), {
    sub: "shop",
    client_id: "shop",
    token_use: "access",
    scope: "directions",
  });
  await t.rejects(verify(token, "urn:other"), { message: /audience invalid/ });
}

/** express-oauth2-jwt-bearer 1, as its README has it but for Express, of which it needs the shape of a handler alone. */
export async function verifyWithExpressBearer(t: Test, issuer: Issuer): Promise<void> {
  const check = auth({ issuer: issuer.url, jwksUri: `${issuer.url}/.well-known/jwks.json`, audience: "urn:maps" });
  const server = createServer((request, response) => {
    const get = (name: string) => request.headers[name.toLowerCase()];
    const shown = Object.assign(request, { get, is: () => false, query: {}, protocol: "http" });
    const next = (error?: { status?: number }) => void response.writeHead(error?.status ?? 200).end();
    void check(shown as never, response as never, next as never);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const show = async (token: string) =>
    (await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: `Bearer ${token}` } })).status;
  const token = await tokenFor(issuer);
  t.equal(await show(token), 200);
  t.equal(await show(`${token.slice(0, -4)}AAAA`), 401);
}
