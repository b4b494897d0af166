import { createCredentialSource } from "@meshpass/client";
import type { Log } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import { type Keys, type RemoteCutoffs, remoteCutoffs, type VerifierError } from "@meshpass/verifier";
import type { Config } from "./config.ts";

/** While one thing goes on being wrong it is said again after so long, in ms. */
const repeatMs = 60_000;

const warnings = {
  accept: "The feed of cut-offs is not live: tokens of more than 10 minutes of life are refused until it is",
  refuse: "The feed of cut-offs is not live: every token is refused until it is",
} as const;

/** What the auth server of `config` has cut off. It is told how far this service has read, with the service's credential. */
export function createServiceCutoffs(config: Config, keys: Keys, log: Log, clock = Date.now): RemoteCutoffs {
  const { authServer, allowHttp, staleFeed, credential } = config;
  return remoteCutoffs({
    url: new URL(paths.cutoffs, authServer).href,
    keys,
    // The client warns of what is wrong with the file, once for both.
    credential: createCredentialSource(credential, () => undefined).read,
    onStaleFeed: staleFeed,
    onStale: (isStale) => log.warn(isStale ? warnings[staleFeed] : "The feed of cut-offs is live again"),
    onFailure: createFailureLog(log, clock),
    allowHttp,
    clock,
  });
}

/**
 * Logs a failure unless the last line said the same a moment ago: a feed that is down fails every few seconds. That its
 * server ended it, as it does when it stops, is no failure yet.
 */
function createFailureLog(log: Log, clock: () => number): (error: VerifierError) => void {
  let last: { readonly reason: string; readonly at: number } | undefined;
  return ({ reason, message }) => {
    const isRepeated = last?.reason === reason && clock() - last.at < repeatMs;
    if (isRepeated) return;
    last = { reason, at: clock() };
    const level = reason === "feed_ended" ? "info" : "warn";
    log[level]({ reason, cause: message }, "The feed of cut-offs failed");
  };
}
