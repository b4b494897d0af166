import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { IssuedCredential } from "@meshpass/protocol";
import { createKeys, createVerifier } from "@meshpass/verifier";
import type { Test } from "tap";
import { openRegistry } from "../../src/credentials/credential-registry.ts";
import { issueCredential } from "../../src/credentials/issue-credential.ts";
import { issueKey } from "../../src/credentials/issue-key.ts";
import { issueSecret } from "../../src/credentials/issue-secret.ts";
import { authenticateClient, type ClientDependencies } from "../../src/oauth/authenticate-client.ts";
import { openUsedAssertions } from "../../src/oauth/used-assertions.ts";
import type { UsedAssertion, UsedAssertionStore } from "../../src/store/used-assertion-store.ts";
import { createMemoryStore } from "../credentials/memory-store.ts";
import { createFakeSigner, encode } from "../fake-signer.ts";
import { until } from "../until.ts";

export const begin = 1_800_000_000;
export const issuerUrl = "https://auth.example.org";
export const tokenEndpoint = `${issuerUrl}/oauth/token`;
export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const signer = createFakeSigner();

/** Used assertions in memory; the store of a server is another test's. */
function createAssertionStore() {
  const kept = new Map<string, UsedAssertion>();
  const state = { failure: undefined as Error | undefined, kept };
  const store: UsedAssertionStore = {
    usedAssertions: async () => new Map(),
    addUsedAssertion: async (assertion) => {
      if (state.failure !== undefined) throw state.failure;
      const key = `${assertion.client} ${assertion.jtiHash}`;
      const isNew = !kept.has(key);
      kept.set(key, assertion);
      return isNew;
    },
    forgetUsedAssertions: async () => [],
  };
  return Object.assign(state, { store });
}

/** Everything that authenticates clients, over stores in memory; a test moves the clock. */
export async function createClients(t: Test, changes: Partial<ClientDependencies> = {}) {
  const time = { now: begin };
  const clock = () => time.now * 1_000;
  const memory = createMemoryStore();
  const registry = await openRegistry({
    store: memory.store,
    clock,
    development: false,
    staticKeyEnds: () => [],
    onLegacy: () => undefined,
  });
  const keys = createKeys({ load: () => signer.jwks(), clock });
  t.teardown(() => keys.close());
  await until(() => keys.ready());
  const verifier = createVerifier({
    issuers: ["auth-server"],
    audience: "auth-server",
    kind: "credential",
    keys,
    clock,
  });
  const issuer = { core: signer, keys, registry, clock };
  const assertions = createAssertionStore();
  const usedAssertions = await openUsedAssertions({ store: assertions.store, clock });
  const audiences = new Set([issuerUrl, tokenEndpoint]);
  const dependencies: ClientDependencies = { verifier, registry, usedAssertions, audiences, clock, ...changes };
  return {
    time,
    memory,
    registry,
    assertions,
    dependencies,
    /** What becomes of a request with these headers, names and values in turn, and these parameters. */
    authenticate: (rawHeaders: readonly string[], parameters: Readonly<Record<string, string>> = {}) =>
      authenticateClient(dependencies, { rawHeaders, parameters: new Map(Object.entries(parameters)) }),
    /** The same with an assertion alone. */
    assert: (assertion: string, more: Readonly<Record<string, string>> = {}) =>
      authenticateClient(dependencies, {
        rawHeaders: [],
        parameters: new Map(
          Object.entries({ client_assertion_type: assertionType, client_assertion: assertion, ...more }),
        ),
      }),
    jwtOf: (service: string) => issueCredential(issuer, { service }),
    secretOf: (service: string, lifetimeSeconds = 900) => issueSecret(issuer, { service, lifetimeSeconds }),
    keyOf: (service: string, key: ClientKey) =>
      issueKey(issuer, { service }, key.publicKey.export({ type: "spki", format: "pem" }) as string),
    listOf: (service: string): readonly IssuedCredential[] =>
      registry.list().filter((credential) => credential.service === service),
  };
}

export const basic = (id: string, secret: string): string[] => [
  "Authorization",
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
];

/** The key pair of a client, and the algorithm in which it signs where nothing else is said. */
export interface ClientKey {
  readonly alg: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const createRsaKey = (alg = "RS256", modulusLength = 2_048): ClientKey => ({
  alg,
  ...generateKeyPairSync("rsa", { modulusLength }),
});
export const createEcKey = (): ClientKey => ({ alg: "ES256", ...generateKeyPairSync("ec", { namedCurve: "P-256" }) });
export const createEdKey = (): ClientKey => ({ alg: "EdDSA", ...generateKeyPairSync("ed25519") });

type Json = Readonly<Record<string, unknown>>;

let count = 0;

/** The claims of a good assertion of `client` at `now`, each time with another jti. */
export const claimsOf = (client: string, now = begin): Json => ({
  iss: client,
  sub: client,
  aud: issuerUrl,
  iat: now,
  exp: now + 60,
  jti: `assertion-${count++}`,
});

export const encodeText = (text: string | Buffer): string => Buffer.from(text).toString("base64url");

/** `claims`, or their JSON, as `key` signs them, by node:crypto: no library that checks it made it. */
export function signAssertion(key: ClientKey, claims: Json | string, header: Json = {}): string {
  const whole = { alg: key.alg, ...header };
  const input = `${encode(whole)}.${typeof claims === "string" ? encodeText(claims) : encode(claims)}`;
  return `${input}.${signatureOf(key, whole.alg, input).toString("base64url")}`;
}

/** The bytes that `key` puts under `input` in the algorithm `alg`; in `asDer` as OpenSSL writes a signature of P-256. */
export function signatureOf({ privateKey }: ClientKey, alg: unknown, input: string, asDer = false): Buffer {
  const data = Buffer.from(input);
  const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }) as string);
  if (alg === "EdDSA") return sign(null, data, key);
  if (alg === "ES256") return sign("sha256", data, { key, dsaEncoding: asDer ? "der" : "ieee-p1363" });
  const hash = alg === "RS384" ? "sha384" : "sha256";
  return alg === "PS256" ? sign(hash, data, { key, padding: 6, saltLength: 32 }) : sign(hash, data, key);
}
