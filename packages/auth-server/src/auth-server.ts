import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createMetrics, type Log, type Readiness } from "@meshpass/http-server";
import { hasName } from "@meshpass/policy";
import { issuerName, operatorAudience } from "@meshpass/protocol";
import { createKeys, createVerifier } from "@meshpass/verifier";
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import type { Config } from "./config.ts";
import { type CredentialRegistry, openRegistry } from "./credentials/credential-registry.ts";
import { keepDevelopmentCredentials } from "./credentials/development-credentials.ts";
import { decisionFile } from "./decision-file.ts";
import { createDecisionLog } from "./decision-log.ts";
import { compileMap } from "./map/compile-map.ts";
import { createMapInForce, type Snapshot } from "./map/map-in-force.ts";
import { mapFile } from "./map/map-source.ts";
import { createSafeLifetime } from "./mint/safe-lifetime.ts";
import { connectCore } from "./mint/supertokens.ts";
import { keepOperatorToken } from "./operator/keep-operator-token.ts";
import { buildOperatorApp } from "./operator/operator-app.ts";
import { readinessOf } from "./readiness.ts";
import { createServerMetrics } from "./server-metrics.ts";
import { type CredentialStore, openStore } from "./store/store.ts";
import { createUpkeep } from "./upkeep.ts";

/** The auth server, wired and at work, but not listening yet. */
export interface AuthServer {
  readonly app: FastifyInstance;
  readonly operatorApp: FastifyInstance;
  readonly metricsApp: FastifyInstance;
  readiness(): Readiness;
  /** Stops all upkeep and lets go of the store. The apps are closed by who listens. */
  close(): Promise<void>;
}

const retryMs = 250;
const minute = 60_000;
const hour = 60 * minute;

/**
 * Wires the auth server: the core and its keys, the store, the map, the two interfaces, and what has to be kept up.
 * One in a process, since supertokens-node is. `clock` gives ms since 1970.
 *
 * @throws Error if the state folder or the store cannot be opened.
 */
export async function createAuthServer(config: Config, log: Log, clock: () => number): Promise<AuthServer> {
  await mkdir(config.stateFolder, { recursive: true, mode: 0o700 });
  const storePath = join(config.stateFolder, "auth-server.sqlite");
  const store = await openStore(storePath);
  const core = connectCore(config.core);
  const keys = createKeys({ load: () => core.jwks(), clock });
  const common = { issuers: [issuerName], keys, clock };
  const credentials = createVerifier({
    ...common,
    audience: issuerName,
    kind: "credential",
    legacyCredentials: config.legacyCredentials,
  });
  const operators = createVerifier({ ...common, audience: operatorAudience, kind: "operator" });
  const registry = await createRegistry(config, store, log, clock);
  const map = createMapInForce({
    source: mapFile(config.mapPath),
    compile: (bytes) => compileMap({ bytes, storePath, at: Math.floor(clock() / 1_000) }),
    log,
    onChange: (_snapshot, removed) => registry.noteLegacyCuts(removed),
  });
  const decisions = createDecisionLog({ append: decisionFile(config.stateFolder), log, clock });
  const lifetime = createSafeLifetime(config);
  const issuer = { core, keys, registry, clock };

  const keep = (what: string, everyMs: number, work: () => Promise<void>) =>
    createUpkeep({ what, work, log, everyMs, retryMs });
  const operatorToken = keep("operator token", minute, () =>
    keepOperatorToken({ core, keys, clock, verifier: operators, path: join(config.stateFolder, "operator.jwt") }),
  );
  const development = keep("development credentials", hour, () =>
    keepDevelopmentCredentials({
      ...issuer,
      folder: join(config.stateFolder, "credentials"),
      services: config.developmentServices,
      verify: (token) => credentials.verify(token),
      refusalOf: registry.refusalOf,
    }),
  );
  const safeLife = keep("safe life of rotating keys", hour, lifetime.read);

  const readiness = (): Readiness =>
    readinessOf({
      hasMap: () => map.current() !== undefined,
      isMapStale: () => map.status().stale,
      hasKeys: () => keys.ready(),
      hasOperatorToken: operatorToken.isDone,
      hasDevelopmentCredentials: development.isDone,
      isSafeLifetimeKnown: lifetime.isKnown,
    });
  const metrics = createMetrics();
  const { countDecision } = createServerMetrics(metrics, map.status);
  const app = buildApp({
    http: { log, ready: readiness, metrics, ...(config.tls === undefined ? {} : { tls: config.tls }) },
    verifier: credentials,
    registry,
    currentMap: map.current,
    clock,
    defaultLifetimeSeconds: config.accessTokenLifetimeSeconds,
    decisions,
    core,
    keys,
    safeLifetimeSeconds: lifetime.seconds,
    onDecision: countDecision,
  });
  const operatorApp = buildOperatorApp({
    ...issuer,
    http: { log, ready: readiness },
    verifier: operators,
    isInMap: (service) => isInMap(map.current(), service),
    status: () => ({ ...readiness(), map: map.status(), safeLifetimeSeconds: lifetime.seconds() }),
  });
  const close = async (): Promise<void> => {
    for (const part of [operatorToken, development, safeLife, map, keys]) part.close();
    await decisions.close();
    await store.close();
  };
  return { app, operatorApp, metricsApp: metrics.createServer(), readiness, close };
}

const isInMap = (snapshot: Snapshot | undefined, service: string): boolean =>
  snapshot !== undefined && hasName(snapshot.map, service);

/** The registry, with the warning that a credential without a jti deserves. */
const createRegistry = (
  config: Config,
  store: CredentialStore,
  log: Log,
  clock: () => number,
): Promise<CredentialRegistry> =>
  openRegistry({
    store,
    clock,
    development: config.development,
    onLegacy: ({ service, hash }) =>
      log.warn(
        { service, hash: hash.slice(0, 12) },
        `A credential without a jti was accepted; replace it: pnpm meshpass credentials issue ${service}`,
      ),
    onStoreFailure: (error) => log.error({ cause: String(error) }, "The first use of a credential was not stored"),
  });
