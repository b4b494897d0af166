import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import t from "tap";
import { isProtectedClaim } from "../../src/runner/protected-claims.ts";

const protocol = resolve(import.meta.dirname, "../../../protocol/src");
const verifier = resolve(import.meta.dirname, "../../../verifier/src/claims.ts");
const textOf = (path: string) => readFileSync(path, "utf8");

/** The fields of every type that is called `...Claims`: what stands from its name to the next empty line. */
const claimsOfTokens = globSync("**/*.ts", { cwd: protocol }).flatMap((file) =>
  [...textOf(resolve(protocol, file)).matchAll(/^export (?:interface|type) \w*Claims\b.*?\n\n/gms)].flatMap(([type]) =>
    [...type.matchAll(/readonly (\w+)\??:/g)].map(([, name = ""]) => name),
  ),
);

t.test("every claim that one of our tokens has is protected", async (t) => {
  for (const name of ["iss", "sub", "token_use", "gen", "client_id", "role", "feed_key"]) {
    t.ok(claimsOfTokens.includes(name), `${name} is found in the protocol`);
  }
  t.strictSame(
    claimsOfTokens.filter((name) => !isProtectedClaim(name)),
    [],
  );
});

t.test("every claim that the verifier reads as a condition is protected", async (t) => {
  const [, list = ""] = /\[([^[\]]*)\]\.every\(\(name\) => !\(name in claims\)\)/.exec(textOf(verifier)) ?? [];
  const names = [...list.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
  t.ok(names.includes("methods"));
  t.match(textOf(verifier), /\(\{ cnf \}/);
  t.match(textOf(verifier), /"act" in claims/);
  t.strictSame(
    [...names, "cnf", "act"].filter((name) => !isProtectedClaim(name)),
    [],
  );
});

/** What the token service that this shape of actions comes from protects. */
const elsewhere =
  "acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest " +
  "entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf nonce " +
  "object_id org_id org_name orig origid permissions roles rph s_hash sid sip_from_tag sub sub_jwk toe txn typ uuid vot " +
  "vtm x5t#S256 scope";

t.test("so is every claim that a standard gives a meaning, and every name that an object has by itself", async (t) => {
  for (const name of [...elsewhere.split(" "), "methods", "paths", "__proto__", "constructor", "prototype", "then"]) {
    t.ok(isProtectedClaim(name), name);
  }
});

t.test("no case of the letters gets around it: there are readers that make no difference", async (t) => {
  for (const name of ["Sub", "SCOPE", "Cnf", "SIP_x", "InternalService", "__PROTO__"])
    t.ok(isProtectedClaim(name), name);
});

t.test("any other name is free, with a namespace or without", async (t) => {
  for (const name of ["customerId", "https://example.com/sub", "plan", "substance", "sip"])
    t.notOk(isProtectedClaim(name), name);
});
