import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "@meshpass/http-server";
import type { Config } from "./config/config.ts";
import { keepRegistry } from "./credentials/keep-registry.ts";
import { createCutoffs } from "./cutoffs/create-cutoffs.ts";
import { decisionFile } from "./decisions/decision-file.ts";
import { createDecisionLog } from "./decisions/decision-log.ts";
import { createCoreKeys } from "./keys/core-keys.ts";
import { createKeyOperations } from "./keys/key-operations.ts";
import { openWithdrawnKeys } from "./keys/withdrawn-keys.ts";
import { createFailureLimits, createLimitAuthentication } from "./limits/limit-authentication.ts";
import { openQuotas } from "./limits/quotas.ts";
import type { Clocks } from "./limits/steady-clock.ts";
import { compileMap } from "./map/compile-map.ts";
import { createMapInForce, type MapInForce, type MapInForceOptions } from "./map/map-in-force.ts";
import { mapFile } from "./map/map-source.ts";
import { keepWorker } from "./map/map-workers.ts";
import { clearOnCuts } from "./mint/clear-on-cuts.ts";
import { openOpaqueTokens } from "./mint/opaque-tokens.ts";
import { createReusableTokens } from "./mint/reusable-tokens.ts";
import { createSafeLifetime } from "./mint/safe-lifetime.ts";
import { connectCore } from "./mint/supertokens.ts";
import { openUsedAssertions } from "./oauth/used-assertions.ts";
import { openActions } from "./open-actions.ts";
import { startUpkeep } from "./start-upkeep.ts";
import { holdFolder, type Release } from "./store/hold-folder.ts";
import { openStore } from "./store/store.ts";
import { createTrust } from "./trust.ts";

/** What the interfaces of the auth server stand on, at work. */
export type Parts = Awaited<ReturnType<typeof startIn>> & { readonly releaseFolder: Release };

/**
 * The core and its keys, the store and what it remembers, the map, the cut-off feed, and what has to be kept up.
 *
 * @throws Error if the state folder or the store cannot be opened, or another auth server works in that folder.
 */
export async function startParts(config: Config, log: Log, clocks: Clocks): Promise<Parts> {
  await mkdir(config.stateFolder, { recursive: true });
  await chmod(config.stateFolder, 0o700);
  const releaseFolder = await holdFolder(config.stateFolder);
  try {
    return { ...(await startIn(config, log, clocks)), releaseFolder };
  } catch (error) {
    releaseFolder();
    throw error;
  }
}

/** The same in a state folder that is ours. */
async function startIn(config: Config, log: Log, { clock, monotonic }: Clocks) {
  const { stateFolder, maxStreams, legacyCredentials } = config;
  const storePath = join(stateFolder, "auth-server.sqlite");
  const store = await openStore(storePath, clock);
  const withdrawn = await openWithdrawnKeys(store, clock);
  const development = config.developmentServices.length > 0;
  const registry = await keepRegistry({ store, clock, log, development, staticKeyEnds: withdrawn.staticEnds });
  const core = connectCore(config.core);
  const trust = createTrust({ core, coreUri: config.core.uri, clock, log, legacyCredentials, withdrawn });
  const { keys, coreKeys } = trust;
  const cutoffs = await createCutoffs({ store, registry, keys, stateFolder, maxStreams, clock, monotonic, log });
  // What the map takes away is cut by then, and sent.
  const endLegacy = (services: readonly string[]) =>
    registry.noteLegacyCuts(services).forEach(cutoffs.feed.endStreamsOf);
  const map = startMap(config, storePath, { publishCuts: cutoffs.cutLog.catchUp, onChange: endLegacy, log, clock });
  const decisions = createDecisionLog({ append: decisionFile(stateFolder), log, clock });
  const reusable = createReusableTokens(keys);
  const quotas = await openQuotas({ store, log, clock, monotonic });
  // What strangers make a receiver ask must not keep it from its own tokens; and a revocation is a write.
  const failures = createFailureLimits(config.limits);
  const limitOf = (perClient = config.limits.perClient) =>
    createLimitAuthentication({ ...config.limits, perClient }, { clock, monotonic }, failures);
  const limits = {
    quotas,
    limitAuthentication: limitOf(),
    limitIntrospection: limitOf(),
    limitRevocation: limitOf(config.limits.perClient && { perSecond: 20, burst: 200 }),
  };
  clearOnCuts(cutoffs.cutLog, reusable.clear);
  keys.onChange(reusable.clear);
  const opaqueTokens = await openOpaqueTokens({ store, clock });
  const actions = await openActions(config.actionsFolder, log);
  const safeLifetime = createSafeLifetime(config);
  const keyOperations = createKeyOperations({
    ...{ core: createCoreKeys(config.core), coreKeys, keys, withdrawn },
    cut: cutoffs.operations.cut,
    receivers: cutoffs.receivers.list,
    onPromoted: reusable.clear,
    renew: () => upkeep.renewOwn(),
  });
  const issuer = { core, keys, registry, clock };
  const usedAssertions = await openUsedAssertions({ store, clock });
  const upkeep = startUpkeep({
    ...issuer,
    ...trust,
    usedAssertions,
    log,
    cutoffs,
    quotas,
    keyOperations,
    safeLifetime,
    opaqueTokens,
    config,
  });
  return {
    issuer,
    trust,
    store,
    usedAssertions,
    cutoffs,
    map,
    decisions,
    reusable,
    limits,
    opaqueTokens,
    actions,
    safeLifetime,
    keyOperations,
    upkeep,
  };
}

/** Who edits the map saves it more than once. In ms. One worker serves all servers of a process. */
const keepWorkerMs = 10_000;

const mapWorkers = keepWorker(keepWorkerMs);

/** The map of the file at `mapPath`; what comes into force is stored in the SQLite file at `storePath`. */
const startMap = (
  { mapPath, issuer, accessTokenLifetimeSeconds: defaultLifetimeSeconds }: Config,
  storePath: string,
  { clock, ...more }: Pick<MapInForceOptions, "publishCuts" | "onChange" | "log"> & Pick<Clocks, "clock">,
): MapInForce =>
  createMapInForce({
    source: mapFile(mapPath),
    compile: (bytes, signal) => {
      const at = Math.floor(clock() / 1_000);
      return compileMap({ bytes, storePath, issuer, at, defaultLifetimeSeconds }, signal, mapWorkers);
    },
    ...more,
  });
