import { generateKeyPairSync } from "node:crypto";
import { isCredentialList, isKeyAnswer, isSecretAnswer } from "@meshpass/protocol";
import t from "tap";
import { startServer } from "../../start-server.ts";

const server = await startServer(t);
const { operate } = server;
await server.isReady();
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const pem = String(publicKey.export({ type: "spki", format: "pem" }));

t.test("a secret is made, shown once, and listed without anything of it", async (t) => {
  const answer = await operate("POST", "/credentials", { service: "m1", type: "secret", lifetimeSeconds: 600 });
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers["cache-control"], "no-store");
  const made = answer.json();
  t.ok(isSecretAnswer(made));
  t.match(made, { clientId: "m1", inMap: true, clientSecret: /^mps_/ });
  const listing = await operate("GET", "/credentials");
  t.ok(isCredentialList(listing.json()));
  t.match(listing.json().credentials, [{ jti: made.jti, type: "secret" }]);
  t.notMatch(listing.body, /mps_|secretHash|publicKey/);
  t.equal((await operate("POST", "/credentials", { service: "m1", type: "secret" })).statusCode, 200);
  const third = await operate("POST", "/credentials", { service: "m1", type: "secret" });
  t.match([third.statusCode, third.json()], [409, { error: "too_many_secrets" }]);
  t.match((await operate("DELETE", `/credentials/${made.jti}`)).json(), { revoked: made.jti, ends: "caller m1" });
  t.equal((await operate("POST", "/credentials", { service: "m1", type: "secret" })).statusCode, 200);
  t.match((await operate("POST", "/cuts", { service: "m1" })).json(), { credentialsEnded: 2 });
});

t.test("a key is taken as PEM, as a JWK and as its text, and no private one in any of these", async (t) => {
  const jwk = publicKey.export({ format: "jwk" });
  const kids = new Set<string>();
  for (const [service, key] of Object.entries({ m1: pem, m2: jwk, m3: JSON.stringify(jwk) })) {
    const answer = await operate("POST", "/credentials", { service, type: "key", publicKey: key });
    t.ok(isKeyAnswer(answer.json()), answer.body);
    kids.add(answer.json().kid);
  }
  t.equal(kids.size, 1);
  const again = await operate("POST", "/credentials", { service: "m1", type: "key", publicKey: pem });
  t.match([again.statusCode, again.json()], [409, { error: "known_key" }]);
  const locked = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" } as const;
  for (const key of [
    privateKey.export({ type: "pkcs8", format: "pem" }),
    privateKey.export(locked),
    privateKey.export({ format: "jwk" }),
  ]) {
    const answer = await operate("POST", "/credentials", { service: "m4", type: "key", publicKey: key });
    t.match([answer.statusCode, answer.json()], [400, { error: "private_key" }]);
  }
  const listing = await operate("GET", "/credentials");
  t.match(listing.json().credentials.at(-1), { service: "m3", type: "key", kid: [...kids][0] });
});

t.test("a request that says what does not fit together is 400, and makes nothing", async (t) => {
  const before = (await operate("GET", "/credentials")).body;
  for (const [error, body] of [
    ["invalid_request", { service: "m1", type: "key" }],
    ["invalid_request", { service: "m1", type: "key", publicKey: 7 }],
    ["invalid_request", { service: "m1", type: "key", publicKey: null }],
    ["invalid_request", { service: "m1", type: "key", publicKey: [pem] }],
    ["unsuitable_key", { service: "m1", type: "key", publicKey: "" }],
    ["unsuitable_key", { service: "m1", type: "key", publicKey: {} }],
    ["invalid_request", { service: "m1", type: "secret", publicKey: pem }],
    ["invalid_request", { service: "m1", publicKey: pem }],
    ["invalid_request", { service: "m1", type: "password" }],
    ["invalid_request", { service: "m1", type: "__proto__" }],
    ["invalid_request", { service: "m1", type: ["secret"] }],
    ["invalid_request", { service: "m1", type: "secret", clientSecret: "mine" }],
    ["invalid_request", { service: "m1", type: "secret", lifetimeSeconds: 59 }],
    ["invalid_request", { service: "operator", type: "secret" }],
  ] as const) {
    const answer = await operate("POST", "/credentials", body);
    t.match([answer.statusCode, answer.json()], [400, { error }], JSON.stringify(body));
  }
  t.equal((await operate("GET", "/credentials")).body, before);
});

t.test("no secret stands in the log", async (t) => {
  t.notMatch(server.log.join(""), /mps_|PRIVATE/);
});
