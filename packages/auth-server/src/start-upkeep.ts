import { join } from "node:path";
import type { Log } from "@meshpass/http-server";
import type { Verifier } from "@meshpass/verifier";
import type { Config } from "./config/config.ts";
import { keepDevelopmentCredentials } from "./credentials/development-credentials.ts";
import type { Issuer } from "./credentials/issue-credential.ts";
import type { Cutoffs } from "./cutoffs/create-cutoffs.ts";
import { tickMs } from "./cutoffs/feed.ts";
import { keepCertificate } from "./cutoffs/keep-certificate.ts";
import type { KeyOperations } from "./keys/key-operations.ts";
import type { Quotas } from "./limits/quotas.ts";
import type { OpaqueTokens } from "./mint/opaque-tokens.ts";
import type { SafeLifetime } from "./mint/safe-lifetime.ts";
import type { UsedAssertions } from "./oauth/used-assertions.ts";
import { keepOperatorToken } from "./operator/keep-operator-token.ts";
import { createUpkeep } from "./upkeep.ts";

export interface UpkeepParts extends Issuer {
  readonly log: Log;
  /** Verifiers of credentials, of operator tokens and of certificates of feed keys. */
  readonly credentials: Verifier;
  readonly operators: Verifier;
  readonly certificates: Verifier;
  readonly cutoffs: Cutoffs;
  readonly usedAssertions: Pick<UsedAssertions, "forgetEnded">;
  readonly keyOperations: Pick<KeyOperations<unknown>, "dropWithdrawn">;
  readonly quotas: Pick<Quotas, "save" | "forget">;
  readonly safeLifetime: SafeLifetime;
  readonly opaqueTokens: OpaqueTokens;
  readonly config: Pick<Config, "stateFolder" | "developmentServices">;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Starts everything that has to be done now and again, and says what has been done once. */
export function startUpkeep(parts: UpkeepParts) {
  const {
    log,
    keys,
    registry,
    credentials,
    operators,
    certificates,
    cutoffs,
    quotas,
    safeLifetime,
    opaqueTokens,
    config,
  } = parts;
  const keep = (what: string, everyMs: number, work: () => Promise<void>) => createUpkeep({ what, work, log, everyMs });
  const operatorToken = keep("operator token", minute, () =>
    keepOperatorToken({ ...parts, verifier: operators, path: join(config.stateFolder, "operator.jwt") }),
  );
  const developmentCredentials = keep("development credentials", hour, () =>
    keepDevelopmentCredentials({
      ...parts,
      folder: join(config.stateFolder, "credentials"),
      services: config.developmentServices,
      verify: (token) => credentials.verify(token),
    }),
  );
  const { feed, feedKey } = cutoffs;
  const certificate = keep("certificate of the feed's key", minute, () =>
    keepCertificate({ ...parts, feedKey, verifier: certificates, current: feed.certificate, show: feed.certify }),
  );
  const heartbeat = setInterval(feed.tick, tickMs).unref();
  const others = [
    // After each change it has been done; here only if that failed, or another process wrote.
    keep("publishing cuts that are stored", second, cutoffs.cutLog.catchUp),
    keep("storing receivers that are new", second, cutoffs.saveNewReceivers),
    keep("storing how far receivers have read", 10 * second, cutoffs.saveReceivers),
    keep("forgetting cuts that match nothing any more", hour, cutoffs.forgetLeft),
    // Keys refresh by themselves, but from nothing they do so ever more slowly; whoever waits for us waits for them.
    keep("keys of the core", second, async () => (keys.ready() ? undefined : keys.refresh())),
    keep("dropping withdrawn keys at the core", 10 * second, parts.keyOperations.dropWithdrawn),
    keep("storing first uses of credentials", second, registry.saveFirstUses),
    keep("storing opaque tokens", second, opaqueTokens.save),
    keep("forgetting expired opaque tokens", hour, opaqueTokens.forgetExpired),
    keep("storing how many tokens clients were given", second, quotas.save),
    keep("forgetting the windows of quotas that are over", hour, quotas.forget),
    keep("safe life of rotating keys", hour, safeLifetime.read),
    keep("forgetting expired credentials", hour, registry.forgetExpired),
    keep("forgetting assertions that have ended", 10 * second, parts.usedAssertions.forgetEnded),
  ];
  return {
    hasOperatorToken: operatorToken.isDone,
    hasDevelopmentCredentials: developmentCredentials.isDone,
    /** What the core's static key has signed for this server may be dead: it is checked now, and made anew. */
    renewOwn: (): void => {
      for (const upkeep of [operatorToken, certificate, developmentCredentials]) upkeep.hurry();
    },
    hasCertificate: () => feed.certificate() !== undefined,
    close: async (): Promise<void> => {
      clearInterval(heartbeat);
      const all = [operatorToken, developmentCredentials, certificate, ...others];
      await Promise.all(all.map((upkeep) => upkeep.close()));
    },
  };
}
