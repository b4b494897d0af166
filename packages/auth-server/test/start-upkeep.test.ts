import { join } from "node:path";
import t from "tap";
import { startUpkeep, type UpkeepParts } from "../src/start-upkeep.ts";
import { createTestLog } from "./test-log.ts";
import { until } from "./until.ts";

t.test("keys that are missing are asked for again and again, and nothing waits for anything else", async (t) => {
  const counts = {
    keys: 0,
    safeLifetime: 0,
    expired: 0,
    firstUses: 0,
    ticks: 0,
    receivers: 0,
    newReceivers: 0,
    left: 0,
    caughtUp: 0,
    dropped: 0,
    assertions: 0,
    opaqueTokens: 0,
    expiredTokens: 0,
    quotas: 0,
    quotaWindows: 0,
  };
  const count = (name: keyof typeof counts) => async () => {
    counts[name] += 1;
  };
  const state = { hasKeys: false };
  const down = async (): Promise<never> => {
    throw new Error("the core is down");
  };
  const upkeep = startUpkeep({
    core: { sign: down, jwks: down },
    keys: {
      ready: () => state.hasKeys,
      refresh: async () => {
        counts.keys += 1;
        state.hasKeys = counts.keys === 3;
        if (!state.hasKeys) await down();
      },
    },
    registry: { forgetExpired: count("expired"), saveFirstUses: count("firstUses") },
    quotas: { save: count("quotas"), forget: count("quotaWindows") },
    safeLifetime: { read: count("safeLifetime") },
    opaqueTokens: { save: count("opaqueTokens"), forgetExpired: count("expiredTokens") },
    credentials: { verify: down },
    operators: { verify: down },
    certificates: { verify: down },
    cutoffs: {
      feed: {
        certificate: () => undefined,
        tick: () => {
          counts.ticks += 1;
        },
      },
      feedKey: { key: { id: "x" } },
      cutLog: { catchUp: count("caughtUp") },
      forgetLeft: count("left"),
      saveReceivers: count("receivers"),
      saveNewReceivers: count("newReceivers"),
    },
    usedAssertions: { forgetEnded: count("assertions") },
    keyOperations: { dropWithdrawn: count("dropped") },
    clock: Date.now,
    log: createTestLog().log,
    config: { stateFolder: join(t.testdir(), "state"), developmentServices: ["m1"] },
  } as unknown as UpkeepParts);
  t.teardown(upkeep.close);
  await until(() => state.hasKeys);
  t.match(counts, {
    keys: 3,
    safeLifetime: 1,
    expired: 1,
    receivers: 1,
    left: 1,
    caughtUp: 1,
    dropped: 1,
    assertions: 1,
    quotaWindows: 1,
  });
  t.ok(counts.quotas >= 1);
  t.ok(counts.firstUses >= 1);
  t.ok(counts.newReceivers >= 1);
  await until(() => counts.ticks > 0);
  t.equal(upkeep.hasOperatorToken(), false);
  t.equal(upkeep.hasCertificate(), false);
  t.equal(upkeep.hasDevelopmentCredentials(), false);
});
