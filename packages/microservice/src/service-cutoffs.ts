import { createCredentialSource } from "@meshpass/client";
import type { Log } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import { type Keys, type RemoteCutoffs, remoteCutoffs } from "@meshpass/verifier";
import type { Config } from "./config.ts";
import { createFeedFailures } from "./feed-failures.ts";

const warnings = {
  accept: "The feed of cut-offs is not live: tokens of more than 10 minutes of life are refused until it is",
  refuse: "The feed of cut-offs is not live: every token is refused until it is",
} as const;

/** What is cut off, and whether the log has the last word on it. */
export interface ServiceCutoffs extends RemoteCutoffs {
  /** Logs that the feed is read again, once after each failure that was logged. To be called every second or so. */
  noteHealth(): void;
}

/** What the auth server of `config` has cut off. It is told how far this service has read, with the service's credential. */
export function createServiceCutoffs(config: Config, keys: Keys, log: Log, clock = Date.now): ServiceCutoffs {
  const { authServer, allowHttp, staleFeed, credential } = config;
  const failures = createFeedFailures(log, clock);
  const cutoffs = remoteCutoffs({
    url: new URL(paths.cutoffs, authServer).href,
    keys,
    service: config.name,
    // The client warns of what is wrong with the file, once for both.
    credential: createCredentialSource(credential, () => undefined).read,
    onStaleFeed: staleFeed,
    onStale: (isStale) => {
      log.warn(isStale ? warnings[staleFeed] : "The feed of cut-offs is live again");
      if (!isStale) failures.forget();
    },
    onFailure: failures.note,
    allowHttp,
    clock,
  });
  return { ...cutoffs, noteHealth: () => failures.noteHealth(cutoffs.status()) };
}
