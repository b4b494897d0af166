import { type Answer, json, text } from "./answer.ts";
import { buildClaims } from "./build-claims.ts";
import { cdiVersions, isBefore } from "./cdi-version.ts";
import { type CoreSettings, describeSettings } from "./core-config.ts";
import type { KeyRing } from "./key-ring.ts";
import { changeKeys, listKeys } from "./keys-endpoint.ts";
import { readMintRequest } from "./read-mint-request.ts";
import { Refusal } from "./refusal.ts";
import { signJwt } from "./sign-jwt.ts";
import type { SigningKey } from "./signing-key.ts";
import { writeJson } from "./write-json.ts";

/** One request past the checks that all endpoints share. */
interface Call {
  /** `public`, or a tenant that a path names although there is none. */
  readonly tenant: string;
  readonly cdiVersion: string;
  /** Reads the body: only who asks for it pays for it. */
  readonly body: () => Promise<string>;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

/** What one path answers to, and what it asks for first. */
export interface Endpoint {
  readonly needsApiKey: boolean;
  /** Whether the request must speak a version that this core knows, and not merely none that is still to come. */
  readonly needsCdiVersion: boolean;
  readonly methods: ReadonlyMap<string, Handler>;
}

interface Dependencies {
  readonly keyRing: KeyRing;
  readonly settings: CoreSettings;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** All endpoints by path, and what answers to every other path. */
export function createEndpoints({ keyRing, settings, clock }: Dependencies) {
  const endpoints = new Map<string, Endpoint>([
    ["/", endpoint(open, versioned, anyMethod(hello))],
    ["/hello", endpoint(open, unversioned, anyMethod(hello))],
    ["/apiversion", endpoint(keyed, unversioned, get(appWide(() => json(versionList))))],
    ["/.well-known/jwks.json", endpoint(open, unversioned, get(wellKnownJwks(keyRing)))],
    ["/recipe/jwt/jwks", endpoint(keyed, versioned, get(appWide(recipeJwks(keyRing))))],
    ["/recipe/jwt", endpoint(keyed, versioned, new Map([["POST", mint(keyRing, clock)]]))],
    [coreConfigPath, endpoint(keyed, versioned, get(appWide(() => json(describeSettings(settings)))))],
    [keysPath, endpoint(keyed, unversioned, keysMethods(keyRing))],
    ["/telemetry", endpoint(keyed, versioned, get(appWide(() => json('{"exists":false}'))))],
    ["/recipe/multitenancy/tenant/v2", endpoint(keyed, versioned, get(appWide(() => json(publicTenant))))],
    ["/recipe/oauth/clients", endpoint(keyed, versioned, get(appWide(() => text(402, noOAuth))))],
  ]);
  return { endpoints, elsewhere: endpoint(open, versioned, anyMethod(notFound)) };
}

const [open, keyed] = [false, true];
const [unversioned, versioned] = [false, true];

/** Ours alone: a real core answers 404 there. */
const keysPath = "/meshpass/keys";
const coreConfigPath = "/recipe/dashboard/tenant/core-config";
const versionList = JSON.stringify({ versions: cdiVersions });
const publicTenant = '{"tenantId":"public","thirdParty":{"providers":[]},"coreConfig":{},"status":"OK"}';
const noOAuth =
  "OAuth feature is not enabled. Please subscribe to a SuperTokens core license key to enable this feature.";

const endpoint = (needsApiKey: boolean, needsCdiVersion: boolean, methods: Endpoint["methods"]): Endpoint => ({
  needsApiKey,
  needsCdiVersion,
  methods,
});

const get = (handler: Handler): Endpoint["methods"] => new Map([["GET", handler]]);

const anyMethod = (handler: Handler): Endpoint["methods"] =>
  new Map(["GET", "POST", "PUT", "DELETE"].map((method) => [method, handler]));

const hello: Handler = () => text(200, "Hello");
const notFound: Handler = () => text(404, "Not found");

/** From version 5.0 on, what concerns the whole app is answered to the public tenant alone. */
function requirePublicTenant({ tenant, cdiVersion }: Call): void {
  if (tenant === "public" || isBefore(cdiVersion, "5.0")) return;
  throw new Refusal(403, "Only public tenantId can call this app specific API");
}

const appWide =
  (handler: Handler): Handler =>
  (call) => {
    requirePublicTenant(call);
    return handler(call);
  };

const list = (keys: readonly SigningKey[]): string => `"keys":[${keys.map(({ jwk }) => jwk).join(",")}]`;

const wellKnownJwks = (keyRing: KeyRing) => (): Answer => {
  const { keys, maxAgeSeconds } = keyRing.published();
  return { ...json(`{${list(keys)}}`), cacheControl: `max-age=${maxAgeSeconds}, must-revalidate` };
};

const recipeJwks = (keyRing: KeyRing) => (): Answer => json(`{${list(keyRing.published().keys)},"status":"OK"}`);

const keysMethods = (keyRing: KeyRing): Endpoint["methods"] =>
  new Map([
    ["GET", appWide(() => listKeys(keyRing))],
    ["POST", appWide(async ({ body }) => changeKeys(keyRing, await body()))],
  ]);

/** `POST /recipe/jwt`: read, check whose it is, build, sign. */
const mint =
  (keyRing: KeyRing, clock: () => number): Handler =>
  async (call) => {
    const request = readMintRequest(await call.body(), call.cdiVersion);
    requirePublicTenant(call);
    if (request.algorithm.toUpperCase() !== "RS256") return json('{"status":"UNSUPPORTED_ALGORITHM_ERROR"}');
    const payload = writeJson(buildClaims(request, clock()));
    const key = await keyRing.signer(request.useStaticKey ? "static" : "dynamic");
    return json(JSON.stringify({ status: "OK", jwt: await signJwt(key, payload) }));
  };
