import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "@meshpass/protocol";
import type { Test } from "tap";
import { claimsOf, encode, signClaims } from "../../fake-signer.ts";
import { startServer } from "../../start-server.ts";
import type { Driver } from "./driven-request.ts";
import type { Known } from "./values-of.ts";

/** Each client may call m2 alone, so that none has to name it; what is ended is m3's. */
const map = `version: 1
interactions:
  m1: [{ target: m2, scopes: [read] }]
  m2: [m1]
  m3: [m1]
  gift: [{ target: m2, scopes: [read] }]
  limited: [{ target: m2, scopes: [read] }]
  narrow: [{ target: m2, scopes: [read] }]
  first: [{ target: m1, scopes: [read] }, { target: gift, scopes: [read] }, { target: narrow, scopes: [read] }]
services:
  m1: { scopes: [read] }
  m2: { scopes: [read] }
  gift: { errors: auth0, scopes: [read] }
  limited: { quota: { per_hour: 1 } }
  narrow: { quota: { per_hour: 1 }, scopes: [read] }
...
`;
const clients = ["m1", "m2", "m3", "gift", "limited", "narrow"] as const;
const instance = "7c1e";

/** Who asks, and what there is to ask about. */
export interface PreparedClient {
  readonly known: Known;
  readonly authorize: Driver["authorize"];
}

/** A server, and clients of it for whom everything is there that an operation can be about. */
export async function startServerWithClients(t: Test) {
  const server = await startServer(t, { map });
  const { operate, issue, ask, app, core } = server;
  await server.isReady();
  core.hasKeysInterface = true;
  const secrets = new Map<string, string>();
  for (const service of clients)
    secrets.set(service, (await operate("POST", "/credentials", { service, type: "secret" })).json().clientSecret);
  const operator = claimsOf(readFileSync(join(server.folder, "operator.jwt"), "utf8"));

  const authorizeAs = (client: string, credential: string) => (scheme: string, role: string | undefined) => {
    if (scheme === "operatorToken") return `Bearer ${signClaims(core.signer.staticKey, { ...operator, role })}`;
    if (scheme === "credential") return `Bearer ${credential}`;
    return `Basic ${Buffer.from(`${client}:${secrets.get(client)}`).toString("base64")}`;
  };
  const confirm = (credential: string) =>
    app.inject({
      method: "POST",
      url: paths.confirmations,
      headers: { authorization: `Bearer ${credential}` },
      payload: { instance, version: "1", epoch: 0, head: 0, kids: [], keysAgeSeconds: null, now: server.clock() },
    });
  const prepareClient = async (client: string): Promise<PreparedClient> => {
    const ended = await issue("m3");
    await server.follow(ended.token, instance);
    await confirm(ended.token);
    for (const target of [undefined, "m2"]) await operate("POST", "/blocks", { caller: "m3", target });
    const { token: credential } = client === "m3" ? ended : await issue(client);
    const names = {
      service: "m3",
      caller: "m3",
      target: "m2",
      audience: "m2",
      resource: "m2",
      scope: "read",
      instance,
    };
    const known = {
      ...names,
      ...{ jti: ended.jti, publicKey: createPublicKey(), DPoP: createProof(server.clock()) },
      "If-None-Match": (await app.inject(paths.jwks)).headers.etag,
      kid: (await operate("POST", paths.keys, { action: "stage" })).json().staged,
      ahead: (await app.inject(paths.cutoffs)).json(),
      // Where the client is none of those that are called first, it is nobody's.
      subject_token: (await ask((await issue("first")).token, { target: client })).json().accessToken,
      token: (await ask((await issue("m1")).token)).json().accessToken,
    };
    return { known, authorize: authorizeAs(client, credential) };
  };
  return { ...server, prepareClient };
}

const createPublicKey = () => generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" });

/** A proof of possession (RFC 9449 section 4.2), good once. */
function createProof(now: number): string {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { crv, kty, x, y } = publicKey.export({ format: "jwk" });
  const claims = {
    jti: randomUUID(),
    htm: "POST",
    htu: "https://auth.example/oauth/token",
    iat: Math.floor(now / 1_000),
  };
  const input = `${encode({ typ: "dpop+jwt", alg: "ES256", jwk: { crv, kty, x, y } })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}
