import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import t from "tap";
import { checkTokens } from "../../../scripts/bench/measure/check-tokens.ts";

const { privateKey, publicKey } = await generateKeyPair("RS256");
const stranger = (await generateKeyPair("RS256")).privateKey;
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256" }] });
const server = createServer((_request, response) => response.end(jwks)).listen(0, "127.0.0.1");
await once(server, "listening");
t.teardown(() => server.close());

const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const rules = { jwksUrl, issuer: "us", field: "token", allDifferent: true };

const answer = async (jti: string, { key = privateKey, issuer = "us" } = {}): Promise<string> => {
  const token = new SignJWT().setProtectedHeader({ alg: "RS256", kid: "k" }).setJti(jti).setIssuer(issuer);
  return JSON.stringify({ token: await token.setAudience("m2").setExpirationTime("1m").sign(key) });
};

t.test("tokens that verify and differ are what was asked for", async (t) => {
  await t.resolves(checkTokens(rules)([await answer("a"), await answer("b")]));
});

t.test("one token that does not verify, or is another issuer's, spoils the measurement", async (t) => {
  await t.rejects(checkTokens(rules)([await answer("a"), await answer("b", { key: stranger })]), /signature/);
  await t.rejects(checkTokens(rules)([await answer("a", { issuer: "them" })]), /iss/);
  await t.rejects(checkTokens(rules)([JSON.stringify({ error: "no" })]));
});

t.test("a token handed out twice is wrong where each is to be new, and right elsewhere", async (t) => {
  const twice = [await answer("a"), await answer("a")];
  await t.rejects(checkTokens(rules)(twice), { message: "a token was handed out twice" });
  await t.resolves(checkTokens({ ...rules, allDifferent: false })(twice));
});
