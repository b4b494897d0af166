import t from "tap";
import { createKeys, createVerifier, type VerifierOptions } from "../src/index.ts";
import { optionsFor } from "./doors.ts";
import {
  accessClaims,
  bareCredentialClaims,
  createSigningKey,
  credentialClaims,
  headerOf,
  now,
  operatorClaims,
  signRaw,
  signToken,
} from "./fake-issuer.ts";

const rotating = createSigningKey("d-1");
const fixed = createSigningKey("s-1");
const keys = createKeys({ load: async () => ({ keys: [rotating.jwk, fixed.jwk] }) });
t.teardown(keys.close);

t.test("the caller of an access token, with or without a scope (auth0-api-auth-samples: scope.split)", async (t) => {
  const caller = await createVerifier(optionsFor(keys)).verify(signToken(rotating, accessClaims));
  t.same(
    { ...caller },
    {
      name: "m1",
      onBehalfOf: undefined,
      chain: ["m1"],
      parents: [],
      kind: "access",
      jti: "jti-1",
      kid: "d-1",
      issuer: "auth-server",
      audience: "m2",
      issuedAt: now,
      expiresAt: now + 300,
      claims: accessClaims,
      scopes: new Set(),
      legacy: false,
    },
  );
});

t.test("the caller of an operator token is named without the prefix", async (t) => {
  const verifier = createVerifier(optionsFor(keys, { kind: "operator", audience: "meshpass:operator" }));
  const caller = await verifier.verify(signToken(fixed, { ...operatorClaims, sub: "operator:jane.doe@ops_1" }));
  t.match(caller, { name: "jane.doe@ops_1", kind: "operator", claims: { role: "edit" } });
});

t.test("the caller of a bare credential is marked as legacy, and has no jti", async (t) => {
  const options = { kind: "credential", audience: "auth-server", legacyCredentials: true } as const;
  const caller = await createVerifier(optionsFor(keys, options)).verify(signToken(fixed, bareCredentialClaims));
  t.match(caller, { name: "m1", kind: "credential", legacy: true, jti: undefined });
});

t.test("what is no string is refused, not a crash", async (t) => {
  const verifier = createVerifier(optionsFor(keys));
  for (const token of [undefined, null, 7, {}, [], Buffer.from("x"), Symbol("x")]) {
    await t.rejects(async () => verifier.verify(token as never), { code: "invalid_token", reason: "not_a_string" });
  }
});

t.test("no garbage and no long claim costs more than a few milliseconds (CVE-2026-35041)", async (t) => {
  const verifier = createVerifier(optionsFor(keys));
  const brackets = `{"x":${"[".repeat(2_700)}${"]".repeat(2_700)}}`;
  const garbage = {
    "1 MB": "A".repeat(1_048_576),
    "a million dots": ".".repeat(1_000_000),
    "a header of brackets": signRaw(rotating, brackets, "{}"),
    "a signed payload of brackets": signToken(rotating, brackets),
    "a claim of 100 kB": signToken(rotating, { ...accessClaims, aud: "m".repeat(100_000) }),
    "a scope that ends wrong": signToken(rotating, { ...accessClaims, scope: `${"a ".repeat(2_700)}"` }),
    "a subject that ends wrong": signToken(rotating, { ...accessClaims, sub: `${"a-".repeat(2_700)}` }),
    "a long header": signRaw(rotating, { ...headerOf(rotating), kid: `d-${"x".repeat(500)}` }, accessClaims),
  };
  for (const [what, token] of Object.entries(garbage)) {
    const before = process.cpuUsage();
    await t.rejects(async () => verifier.verify(token), { code: "invalid_token" }, what);
    const { user, system } = process.cpuUsage(before);
    t.ok(user + system < 50_000, `${what}: ${user + system} us of CPU`);
  }
});

const cannotBeBuilt =
  "a verifier with an unset, empty or unknown setting, or with text for a key, cannot be built (GHSA-8wpc-h4q6-8fxv, GHSA-g3jj-5cmm-3hxx, CVE-2025-62610)";

t.test(cannotBeBuilt, async (t) => {
  const good = optionsFor(keys);
  const wrong: Record<string, readonly unknown[]> = {
    issuers: [
      undefined,
      null,
      false,
      [],
      "auth-server",
      [""],
      ["auth-server", undefined],
      [/auth/],
      new Set(["auth-server"]),
    ],
    audience: [undefined, null, false, "", ["m2"], /m2/],
    kind: [undefined, null, "", "refresh", "constructor", "__proto__", ["access"]],
    keys: [
      undefined,
      null,
      "",
      "-----BEGIN PUBLIC KEY-----",
      JSON.stringify(rotating.jwk),
      {},
      { find: () => undefined },
    ],
    maxLifetimeSeconds: [0, -1, 1.5, Number.NaN, "300", null, 86_401],
    legacyCredentials: [true, "yes", 1, null],
    cacheSize: [-1, 1.5, Number.NaN, "10", null, 1_000_001],
    clock: [null, 7],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const options = { ...good, [name]: value } as VerifierOptions;
      t.throws(
        () => createVerifier(options),
        { name: "TypeError", message: /^verifier: / },
        `${name}: ${String(value)}`,
      );
    }
  }
  const nothing = /^verifier: issuers .*; audience .*; keys /;
  t.throws(() => createVerifier({ kind: "access" } as never), { name: "TypeError", message: nothing }, "all at once");
  t.throws(() => createVerifier(undefined as never), { name: "TypeError", message: /^verifier: / });
});

t.test("a lifetime may be set lower, and higher for access tokens alone", async (t) => {
  const strict = createVerifier(optionsFor(keys, { maxLifetimeSeconds: 299 }));
  await t.rejects(async () => strict.verify(signToken(rotating, accessClaims)), {
    code: "invalid_token",
    reason: "lives_too_long",
  });
  const operator = optionsFor(keys, { kind: "operator", maxLifetimeSeconds: 43_201 });
  t.throws(() => createVerifier(operator), TypeError);
});

t.test("a token opens the one receiver that it is for, over all pairs and kinds (CVE-2026-40946)", async (t) => {
  const receivers = [
    ...["m1", "m2", "m3"].map((audience) => ({
      kind: "access" as const,
      audience,
      claims: { ...accessClaims, aud: audience },
    })),
    { kind: "credential" as const, audience: "auth-server", claims: credentialClaims },
    { kind: "operator" as const, audience: "meshpass:operator", claims: operatorClaims },
  ];
  for (const { kind, audience } of receivers) {
    const verifier = createVerifier(optionsFor(keys, { kind, audience }));
    for (const { audience: meant, claims } of receivers) {
      const shown = async () => verifier.verify(signToken(fixed, claims));
      if (meant === audience) await t.resolves(shown, `for ${meant}, at ${audience}`);
      else await t.rejects(shown, { code: "invalid_token", reason: "wrong_audience" }, `for ${meant}, at ${audience}`);
    }
  }
});

t.test("options are read once", async (t) => {
  const issuers = ["auth-server"];
  const options = { ...optionsFor(keys), issuers };
  const verifier = createVerifier(options);
  issuers.push("evil");
  Object.assign(options, { audience: "m3" });
  await t.rejects(async () => verifier.verify(signToken(rotating, { ...accessClaims, iss: "evil" })), {
    code: "invalid_token",
    reason: "wrong_issuer",
  });
  t.match(await verifier.verify(signToken(rotating, accessClaims)), { name: "m1" });
});
