import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createMetrics, type Log, type Readiness } from "@meshpass/http-server";
import { decide, hasName } from "@meshpass/policy";
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import type { Config } from "./config/config.ts";
import type { CredentialRegistry } from "./credentials/credential-registry.ts";
import { keepRegistry } from "./credentials/keep-registry.ts";
import { createCutoffs } from "./cutoffs/create-cutoffs.ts";
import type { CutLog } from "./cutoffs/cut-log.ts";
import { decisionFile } from "./decision-file.ts";
import { createDecisionLog } from "./decision-log.ts";
import { createCoreKeys } from "./keys/core-keys.ts";
import { createKeyOperations } from "./keys/key-operations.ts";
import { openWithdrawnKeys } from "./keys/withdrawn-keys.ts";
import { compileMap } from "./map/compile-map.ts";
import { createMapInForce, type MapInForce, type Snapshot } from "./map/map-in-force.ts";
import { mapFile } from "./map/map-source.ts";
import { createSafeLifetime } from "./mint/safe-lifetime.ts";
import { connectCore } from "./mint/supertokens.ts";
import { buildOperatorApp } from "./operator/operator-app.ts";
import { readinessOf } from "./readiness.ts";
import { createServerMetrics } from "./server-metrics.ts";
import { startUpkeep } from "./start-upkeep.ts";
import { openStore } from "./store/store.ts";
import { createTrust } from "./trust.ts";

/** The auth server, wired and at work, but not listening yet. */
export interface AuthServer {
  readonly app: FastifyInstance;
  /** To be bound to loopback, as `metricsApp`. */
  readonly operatorApp: FastifyInstance;
  readonly metricsApp: FastifyInstance;
  readiness(): Readiness;
  /** Stops all upkeep and lets go of the store. The apps are closed by who listens. */
  close(): Promise<void>;
}

/**
 * Wires the auth server: the core and its keys, the store, the map, the two interfaces, and what has to be kept up.
 * One in a process, since supertokens-node is. `clock` gives ms since 1970.
 *
 * @throws Error if the state folder or the store cannot be opened.
 */
export async function createAuthServer(config: Config, log: Log, clock: () => number): Promise<AuthServer> {
  const { stateFolder } = config;
  await mkdir(stateFolder, { recursive: true });
  await chmod(stateFolder, 0o700);
  const storePath = join(stateFolder, "auth-server.sqlite");
  const store = await openStore(storePath, clock);
  const registry = await keepRegistry({ store, clock, log, development: config.developmentServices.length > 0 });
  const core = connectCore(config.core);
  const withdrawn = await openWithdrawnKeys(store, clock);
  const { keys, coreKeys, ...verifiers } = createTrust({
    core,
    coreUri: config.core.uri,
    clock,
    log,
    legacyCredentials: config.legacyCredentials,
    withdrawn,
  });
  const monotonic = () => performance.now();
  const cutoffs = await createCutoffs({ store, registry, keys, stateFolder, clock, monotonic, logger: log });
  if (cutoffs.feedKey.certificate !== undefined) cutoffs.feed.certify(cutoffs.feedKey.certificate);
  const map = startMap(config, storePath, { registry, cuts: cutoffs.log, log, clock });
  const decisions = createDecisionLog({ append: decisionFile(stateFolder), log, clock });
  const safeLifetime = createSafeLifetime(config);
  const issuer = { core, keys, registry, clock };
  const keyOperations = createKeyOperations({
    ...{ core: createCoreKeys(config.core), coreKeys, keys, withdrawn, cut: cutoffs.operations.cut },
    receivers: cutoffs.receivers.list,
    renew: () => upkeep.renewOwn(),
  });
  const upkeep = startUpkeep({ ...issuer, ...verifiers, log, cutoffs, keyOperations, safeLifetime, config });

  const readiness = (): Readiness =>
    readinessOf({
      hasMap: () => map.current() !== undefined,
      isMapStale: () => map.status().stale,
      hasKeys: keys.ready,
      hasOperatorToken: upkeep.hasOperatorToken,
      hasCertificate: upkeep.hasCertificate,
      hasDevelopmentCredentials: upkeep.hasDevelopmentCredentials,
      isSafeLifetimeKnown: safeLifetime.isKnown,
      areDecisionsFailing: decisions.isFailing,
    });
  const metrics = createMetrics();
  const app = buildApp({
    ...issuer,
    http: { log, ready: readiness, metrics, ...(config.tls === undefined ? {} : { tls: config.tls }) },
    verifier: verifiers.credentials,
    currentMap: map.current,
    cuts: cutoffs.log,
    isBlocked: cutoffs.blocks.isBlocked,
    onGranted: cutoffs.liveTokens.note,
    feed: cutoffs.feed,
    onConfirmation: cutoffs.noteConfirmation,
    knowsReceiver: cutoffs.receivers.knows,
    defaultLifetimeSeconds: config.accessTokenLifetimeSeconds,
    decisions,
    safeLifetimeSeconds: safeLifetime.seconds,
    onOutcome: createServerMetrics(metrics, map.status).countOutcome,
  });
  const operatorApp = buildOperatorApp({
    ...issuer,
    http: { log, ready: readiness },
    verifier: verifiers.operators,
    isInMap: (service) => isInMap(map.current(), service),
    mapAllows: (caller, target) => mapAllows(map.current(), { caller, target, now: clock() }),
    cuts: cutoffs.operations,
    receivers: cutoffs.receivers,
    liveTokens: cutoffs.liveTokens,
    keyOperations,
    status: () => ({ ...readiness(), map: map.status(), safeLifetimeSeconds: safeLifetime.seconds() }),
  });
  const close = async (): Promise<void> => {
    upkeep.close();
    keys.close();
    await map.close();
    await decisions.close();
    await registry.saveFirstUses().catch(({ message }: Error) => {
      log.error({ cause: message }, "First uses of credentials could not be stored before the end");
    });
    await store.close();
  };
  return { app, operatorApp, metricsApp: metrics.createServer(), readiness, close };
}

const isInMap = (snapshot: Snapshot | undefined, service: string): boolean =>
  snapshot !== undefined && hasName(snapshot.map, service);

const mapAllows = (snapshot: Snapshot | undefined, ask: { caller: string; target: string; now: number }): boolean =>
  snapshot !== undefined && decide(snapshot.map, ask.caller, ask.target, ask.now / 1_000).allowed;

/** The map of the file at `mapPath`; what comes into force is stored in the SQLite file at `storePath`. */
const startMap = (
  { mapPath, accessTokenLifetimeSeconds: defaultLifetimeSeconds }: Config,
  storePath: string,
  { registry, cuts, log, clock }: { registry: CredentialRegistry; cuts: CutLog; log: Log; clock: () => number },
): MapInForce =>
  createMapInForce({
    source: mapFile(mapPath),
    compile: (bytes, signal) =>
      compileMap({ bytes, storePath, at: Math.floor(clock() / 1_000), defaultLifetimeSeconds }, signal),
    log,
    publishCuts: cuts.catchUp,
    onChange: registry.noteLegacyCuts,
  });
