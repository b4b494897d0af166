import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import t, { type Test } from "tap";
import { claimsOf, createFakeKey, encode, signClaims } from "../fake-signer.ts";
import { startServer } from "../start-server.ts";

const server = await startServer(t, { config: { legacyCredentials: false } });
const { core, ask, issue } = server;
await server.isReady();
const { token } = await issue("m1");
const claims = claimsOf(token);
const { staticKey, rotatingKey } = core.signer;

/** Asks with `credential`, and shows that it is refused without a hint, and that the server goes on. */
async function isRefused(t: Test, credential: string, expected = { status: 401, error: "invalid_credential" }) {
  const answer = await ask(credential);
  t.equal(answer.statusCode, expected.status);
  t.equal(answer.json().error, expected.error);
  t.notOk("accessToken" in answer.json());
  t.notOk("stack" in answer.json());
  if (expected.status === 401)
    t.match(answer.headers["www-authenticate"], /^Bearer realm="meshpass", error="invalid_token"$/);
  t.equal((await ask(token)).statusCode, 200, "a good credential is still good");
}

t.test(
  "m2 cannot replay at the auth server the access token that m1 sent it (m2m-auth: a receiver becomes its caller)",
  async (t) => {
    const accessToken = (await ask(token, { target: "m2" })).json().accessToken;
    t.equal(claimsOf(accessToken).aud, "m2");
    await isRefused(t, accessToken);
  },
);

t.test("an access token for the auth server itself, whoever signs one, is no credential", async (t) => {
  await isRefused(t, signClaims(staticKey, { ...claims, token_use: "access", map: 1 }));
  await isRefused(t, signClaims(rotatingKey, { ...claims, token_use: "access", map: 1 }));
  t.match((await ask(token, { target: "auth-server" })).json(), { error: "invalid_target" });
});

t.test("a credential signed by the rotating key, which signs access tokens, is refused", (t) =>
  isRefused(t, signClaims(rotatingKey, claims)),
);

t.test("an operator token is no credential", async (t) => {
  await isRefused(t, readFileSync(`${server.folder}/operator.jwt`, "utf8").trim());
});

t.test("a token with an unknown kid, forged or not, is 401 and crashes nobody (m2m-auth: key!)", async (t) => {
  await isRefused(t, signClaims(createFakeKey("s-forged"), claims));
  await isRefused(t, signClaims(createFakeKey(staticKey.kid), claims));
  for (const kid of ["", "constructor", "__proto__", "../../etc/passwd", 7, null, ["s-1"]]) {
    await isRefused(t, signClaims(staticKey, claims, { kid }));
  }
});

t.test(
  "a subject that is a name of Object's members, or no name, is refused though it is signed (m2m-auth: constructor)",
  async (t) => {
    for (const sub of [
      "constructor",
      "__proto__",
      "toString",
      "",
      "M1",
      "m1 ",
      "operator:local",
      "auth-server",
      1,
      ["m1"],
    ]) {
      await isRefused(t, signClaims(staticKey, { ...claims, sub }));
    }
    await isRefused(t, signClaims(staticKey, { ...claims, sub: undefined }));
  },
);

t.test(
  "the issuer must be right, and the audience too: one of them is not enough (m2m-auth: and for or)",
  async (t) => {
    await isRefused(t, signClaims(staticKey, { ...claims, aud: "m2" }));
    await isRefused(t, signClaims(staticKey, { ...claims, iss: "evil" }));
    await isRefused(t, signClaims(staticKey, { ...claims, aud: ["auth-server"] }));
    await isRefused(t, signClaims(staticKey, { ...claims, aud: undefined }));
    await isRefused(t, signClaims(staticKey, { ...claims, iss: undefined }));
  },
);

t.test("each claim of a credential must be there", async (t) => {
  for (const name of ["exp", "iat", "jti", "token_use", "sub"]) {
    await isRefused(t, signClaims(staticKey, { ...claims, [name]: undefined }));
  }
});

t.test("a credential that never ends, or lives longer than a year, is refused (m2m-auth: 100 years)", async (t) => {
  await isRefused(t, signClaims(staticKey, { ...claims, exp: 1e300 }));
  await isRefused(t, signClaims(staticKey, { ...claims, exp: "never" }));
  await isRefused(t, signClaims(staticKey, { ...claims, exp: Number(claims.iat) + 366 * 86_400 }));
});

t.test("alg none and HS256 with the public key as the secret are refused", async (t) => {
  const none = encode({ alg: "none", typ: "JWT", kid: staticKey.kid });
  await isRefused(t, `${none}.${encode(claims)}.`);
  await isRefused(t, `${none}.${encode(claims)}.${token.split(".")[2]}`);
  const secret = staticKey.publicKey.export({ type: "spki", format: "pem" });
  const input = `${encode({ alg: "HS256", typ: "JWT", kid: staticKey.kid })}.${encode(claims)}`;
  await isRefused(t, `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`);
});

t.test("a token that brings its own key, or asks for an extension, is refused", async (t) => {
  for (const header of [{ jku: "https://evil" }, { jwk: staticKey.jwk }, { crit: ["b64"] }, { b64: false }]) {
    await isRefused(t, signClaims(staticKey, claims, header));
  }
});

t.test("of the sixteen spellings of one token only the canonical one is accepted (token spellings)", async (t) => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.at(-1) ?? "");
  for (let spelling = 1; spelling < 16; spelling++) {
    const answer = await ask(token.slice(0, -1) + alphabet[(last & 0b110000) | ((last + spelling) & 0b001111)]);
    t.equal(answer.statusCode, 401);
  }
});

t.test("a credential that was signed but never issued here is refused, and so is one of another service", async (t) => {
  await isRefused(t, signClaims(staticKey, { ...claims, jti: randomUUID() }));
  await isRefused(t, signClaims(staticKey, { ...claims, sub: "m2" }));
  for (const name of ["__proto__", "constructor"]) {
    await isRefused(t, signClaims(staticKey, { ...claims, jti: name }));
  }
});

t.test("a credential without a jti is refused where legacy credentials are not accepted", async (t) => {
  const { iat, iss, sub, aud } = claims;
  await isRefused(t, signClaims(staticKey, { iat, iss, sub, aud, exp: Number(iat) + 3_153_600_000 }));
});

t.test("a development credential is refused by a server that makes none", async (t) => {
  await isRefused(t, signClaims(staticKey, { ...claims, dev: true }));
});

t.test(
  "two Authorization headers, or a malformed one, are 400; another scheme is 401 (CVE-2021-32777, hono 5463db27)",
  async (t) => {
    const address = await server.app.listen({ port: 0, host: "127.0.0.1" });
    const send = (headers: string[]): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = request(`${address}/accesstoken`, { method: "POST", headers, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on("error", reject).end('{"target":"m2"}');
      });
    const common = ["Host", "localhost", "Content-Type", "application/json", "Content-Length", "15"];
    t.equal(await send([...common, "Authorization", `Bearer ${token}`]), 200);
    t.equal(await send([...common, "Authorization", `Bearer ${token}`, "Authorization", `Bearer ${token}`]), 400);
    t.equal(await send([...common, "Authorization", `Bearer ${token}`, "authorization", "Bearer x"]), 400);
    t.equal(await send([...common, "Authorization", `Bearer ${token} ${token}`]), 400);
    t.equal(await send([...common, "Authorization", `Basic ${token}`]), 401);
  },
);

t.test("a revoked credential is refused from the next request on (m2m-auth: not revocable)", async (t) => {
  const other = await issue("m1");
  t.equal((await ask(other.token)).statusCode, 200);
  await server.operate("DELETE", `/credentials/${other.jti}`);
  await isRefused(t, other.token);
});

t.test("an expired credential is refused", async (t) => {
  server.time.offsetMs = 90 * 86_400_000 + 6_000;
  t.match((await ask(token)).json(), { error: "invalid_credential" });
  server.time.offsetMs = 0;
});
