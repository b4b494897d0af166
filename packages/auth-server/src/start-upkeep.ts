import { join } from "node:path";
import type { Log } from "@meshpass/http-server";
import type { Verifier } from "@meshpass/verifier";
import type { Config } from "./config/config.ts";
import { keepDevelopmentCredentials } from "./credentials/development-credentials.ts";
import type { Issuer } from "./credentials/issue-credential.ts";
import type { SafeLifetime } from "./mint/safe-lifetime.ts";
import { keepOperatorToken } from "./operator/keep-operator-token.ts";
import { createUpkeep } from "./upkeep.ts";

export interface UpkeepParts extends Issuer {
  readonly log: Log;
  /** Verifiers of credentials and of operator tokens. */
  readonly credentials: Verifier;
  readonly operators: Verifier;
  readonly safeLifetime: SafeLifetime;
  readonly config: Pick<Config, "stateFolder" | "developmentServices">;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Starts everything that has to be done now and again, and says what has been done once. */
export function startUpkeep(parts: UpkeepParts) {
  const { log, keys, registry, credentials, operators, safeLifetime, config } = parts;
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
  const others = [
    // Keys refresh by themselves, but from nothing they do so ever more slowly; whoever waits for us waits for them.
    keep("keys of the core", second, async () => (keys.ready() ? undefined : keys.refresh())),
    keep("storing first uses of credentials", second, registry.saveFirstUses),
    keep("safe life of rotating keys", hour, safeLifetime.read),
    keep("forgetting expired credentials", hour, registry.forgetExpired),
  ];
  return {
    hasOperatorToken: operatorToken.isDone,
    hasDevelopmentCredentials: developmentCredentials.isDone,
    close: (): void => {
      for (const upkeep of [operatorToken, developmentCredentials, ...others]) upkeep.close();
    },
  };
}
