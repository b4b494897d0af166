import { createMetrics, type HttpServerOptions, type Log, type Metrics, type Readiness } from "@meshpass/http-server";
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import type { Config } from "./config/config.ts";
import { searchDecisions } from "./decisions/search-decisions.ts";
import { findUnknownNames, isInMap, mapAllows } from "./map/ask-map.ts";
import { buildOperatorApp } from "./operator/operator-app.ts";
import { type ReadinessSources, readinessOf } from "./readiness.ts";
import { createServerMetrics } from "./server-metrics.ts";
import { type Parts, startParts } from "./start-parts.ts";

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
 * Starts what the auth server stands on, and wires its interfaces to it. One in a process, since supertokens-node is.
 * `clock` gives ms since 1970, `monotonic` ms since whenever, never set back.
 *
 * @throws Error if the state folder or the store cannot be opened, or another auth server works in that folder.
 */
export async function createAuthServer(
  config: Config,
  log: Log,
  clock: () => number,
  monotonic: () => number = () => performance.now(),
): Promise<AuthServer> {
  const parts = await startParts(config, log, { clock, monotonic });
  const sources = readinessSources(parts);
  const readiness = (): Readiness => readinessOf(sources);
  const metrics = createMetrics();
  const http = { log, ready: readiness };
  const tls = config.tls === undefined ? {} : { tls: config.tls };
  return {
    app: wireApp(parts, { ...http, metrics, ...tls }, config),
    operatorApp: wireOperatorApp(parts, http, config.stateFolder),
    metricsApp: metrics.createServer(),
    readiness,
    close: () => close(parts, log),
  };
}

const readinessSources = ({ issuer, map, upkeep, safeLifetime, decisions }: Parts): ReadinessSources => ({
  hasMap: () => map.current() !== undefined,
  isMapStale: () => map.status().stale,
  hasKeys: issuer.keys.ready,
  hasOperatorToken: upkeep.hasOperatorToken,
  hasCertificate: upkeep.hasCertificate,
  hasDevelopmentCredentials: upkeep.hasDevelopmentCredentials,
  isSafeLifetimeKnown: safeLifetime.isKnown,
  areDecisionsFailing: decisions.isFailing,
});

function wireApp(parts: Parts, http: HttpServerOptions & { readonly metrics: Metrics }, config: Config) {
  const { issuer, trust, cutoffs, map, decisions, reusable, opaqueTokens, usedAssertions } = parts;
  const { limits, actions, safeLifetime } = parts;
  return buildApp({
    ...issuer,
    ...limits,
    http,
    verifier: trust.credentials,
    operators: trust.operators,
    cut: cutoffs.operations.cut,
    issuer: config.issuer,
    requireDpopNonce: config.requireDpopNonce,
    currentMap: map.current,
    cutLog: cutoffs.cutLog,
    isBlocked: cutoffs.blocks.isBlocked,
    onGranted: cutoffs.liveTokens.note,
    feed: cutoffs.feed,
    places: cutoffs.places,
    holdsStream: cutoffs.places.holds,
    onConfirmation: cutoffs.noteConfirmation,
    knowsReceiver: cutoffs.receivers.knows,
    defaultLifetimeSeconds: config.accessTokenLifetimeSeconds,
    decisions,
    reusable,
    opaqueTokens,
    actions,
    usedAssertions,
    safeLifetimeSeconds: safeLifetime.seconds,
    onOutcome: createServerMetrics(http.metrics, { mapStatus: map.status, streams: cutoffs.places.counts })
      .countOutcome,
  });
}

function wireOperatorApp(parts: Parts, http: HttpServerOptions, folder: string) {
  const { issuer, trust, cutoffs, map, safeLifetime, keyOperations } = parts;
  return buildOperatorApp({
    ...issuer,
    http,
    verifier: trust.operators,
    isInMap: (service) => isInMap(map.current(), service),
    findUnknownNames: (names) => findUnknownNames(map.current(), names),
    mapAllows: (caller, target) => mapAllows(map.current(), { caller, target, nowSeconds: issuer.clock() / 1_000 }),
    cutOperations: cutoffs.operations,
    receivers: cutoffs.receivers,
    liveTokens: cutoffs.liveTokens,
    searchDecisions: (jti) => searchDecisions({ folder, clock: issuer.clock, log: http.log }, jti),
    keyOperations,
    status: () => ({ ...http.ready(), map: map.status(), safeLifetimeSeconds: safeLifetime.seconds() }),
  });
}

async function close(
  { issuer, store, cutoffs, map, decisions, opaqueTokens, limits, actions, upkeep, releaseFolder }: Parts,
  log: Log,
): Promise<void> {
  await upkeep.close();
  await actions.close();
  issuer.keys.close();
  await map.close();
  await decisions.close();
  const storeLast = (what: string, save: () => Promise<void>): Promise<void> =>
    save().catch(({ message }: Error) => log.error({ cause: message }, `${what} could not be stored before the end`));
  await storeLast("First uses of credentials", issuer.registry.saveFirstUses);
  await storeLast("Opaque tokens", opaqueTokens.save);
  await storeLast("How many tokens clients were given", limits.quotas.save);
  // Who said goodbye just now would be waited for in vain after the next start.
  await storeLast("What receivers have read", cutoffs.saveReceivers);
  await store.close();
  releaseFolder();
}
