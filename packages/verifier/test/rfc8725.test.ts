import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import t from "tap";
import { createKeys } from "../src/index.ts";
import { doors, optionsFor } from "./doors.ts";
import {
  accessClaims,
  createSigningKey,
  credentialClaims,
  encode,
  headerOf,
  type Json,
  signRaw,
  signToken,
} from "./fake-issuer.ts";

/** Best current practices for JSON Web Tokens, section by section. */
const key = createSigningKey("d-1");
const weak = createSigningKey("d-weak", 1_024);
const fixed = createSigningKey("s-1");
const keys = createKeys({ load: async () => ({ keys: [key.jwk, weak.jwk, fixed.jwk] }) });
t.teardown(keys.close);

const access = (more: Json): string => signToken(key, { ...accessClaims, ...more });
const headed = (more: Json, hash?: string): string => signRaw(key, { ...headerOf(key), ...more }, accessClaims, hash);

const practices: Record<string, { reason: string; tokens: readonly string[] }> = {
  "3.1 the algorithm is the verifier's choice, never the token's (m2m-auth: no algorithms)": {
    reason: "wrong_header",
    tokens: [headed({ alg: "HS256" }), headed({ alg: "RS384" }, "RSA-SHA384"), headed({ alg: "PS256" })],
  },
  "3.2 none is no algorithm": {
    reason: "wrong_header",
    tokens: [`${encode({ ...headerOf(key), alg: "none" })}.${encode(accessClaims)}.AAAA`],
  },
  "3.3 a token inside a token has its outer signature checked": {
    reason: "bad_signature",
    tokens: [`${encode(headerOf(key))}.${encode(access({}))}.${encode(Buffer.alloc(256))}`],
  },
  "3.3 a token inside a token is no claims": {
    reason: "wrong_header",
    tokens: [signRaw(key, { ...headerOf(key), cty: "JWT" }, access({}))],
  },
  "3.4 a key of another type cannot be smuggled in": {
    reason: "wrong_header",
    tokens: [headed({ jwk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } }), headed({ epk: {} })],
  },
  "3.5 a key of 1,024 bits is no key": { reason: "unknown_kid", tokens: [signToken(weak, accessClaims)] },
  "3.6 nothing is unpacked": { reason: "wrong_header", tokens: [headed({ zip: "DEF" })] },
  "3.7 the header is UTF-8": {
    reason: "wrong_header",
    tokens: [signRaw(key, Buffer.from(JSON.stringify(headerOf(key)), "utf16le"), accessClaims)],
  },
  "3.8 the issuer is checked": { reason: "wrong_issuer", tokens: [access({ iss: "https://evil.example" })] },
  "3.8 the subject is checked": { reason: "wrong_subject", tokens: [access({ sub: "nobody at all" })] },
  "3.9 the audience is checked": {
    reason: "wrong_audience",
    tokens: [access({ aud: "m3" }), access({ aud: undefined })],
  },
  "3.10 a kid is looked up and nothing else is done with it": {
    reason: "wrong_key_family",
    tokens: [headed({ kid: "../../etc/passwd" }), headed({ kid: "' OR 1=1 --" })],
  },
  "3.11 the type is explicit (a user's token in the mesh)": {
    reason: "wrong_kind",
    tokens: [access({ token_use: "session" }), access({ token_use: undefined })],
  },
  "3.12 what is good for one kind is not for another": {
    reason: "wrong_audience",
    tokens: [signToken(fixed, credentialClaims)],
  },
};

for (const [name, openDoor] of Object.entries(doors)) {
  t.test(`RFC 8725 at the ${name} door`, async (t) => {
    const door = await openDoor(optionsFor(keys));
    t.teardown(door.close);
    t.equal((await door.show(access({}))).status, 200);
    for (const [practice, { reason, tokens }] of Object.entries(practices)) {
      for (const token of tokens)
        t.same(await door.show(token), { status: 401, error: "invalid_token", reason }, practice);
    }
  });

  t.test(
    `RFC 8725 3.10 at the ${name} door: no address in a token is ever visited (get-jwks without issuersWhitelist, CVE-2026-4874)`,
    async (t) => {
      let visits = 0;
      const canary = createServer((_request, response) => {
        visits += 1;
        response.end();
      });
      await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
      t.teardown(() => new Promise((resolve) => canary.close(resolve)));
      const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/jwks.json`;
      const door = await openDoor(optionsFor(keys));
      t.teardown(door.close);
      const lures = [
        headed({ jku: url }),
        headed({ x5u: url }),
        headed({ kid: url }),
        headed({ kid: `d-${url}` }),
        access({ iss: url }),
        access({ aud: url }),
        `${encode({ ...headerOf(key), alg: "none" })}.${encode({ ...accessClaims, iss: url })}.AAAA`,
      ];
      for (const token of lures) t.equal((await door.show(token)).status, 401);
      t.equal(visits, 0);
    },
  );
}
