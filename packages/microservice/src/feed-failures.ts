import type { Log } from "@meshpass/http-server";
import type { RemoteCutoffsStatus, VerifierError } from "@meshpass/verifier";

/** What the log says of a feed of cut-offs that fails, and of its recovery. */
export interface FeedFailures {
  /**
   * Logs a failure unless the last line said the same a moment ago: a feed that is down fails every few seconds. That its
   * server ended it, as it does when it stops, is no failure yet.
   */
  note(error: VerifierError): void;
  /** Logs that the feed is read again, once after a failure that was logged. To be called every second or so. */
  noteHealth(status: Pick<RemoteCutoffsStatus, "condition" | "ageSeconds">): void;
  /** Somebody else has said that the feed is well. */
  forget(): void;
}

/** While one thing goes on being wrong it is said again after so long, in ms. */
const repeatMs = 60_000;

/** `clock` gives ms since 1970. */
export function createFeedFailures(log: Log, clock: () => number): FeedFailures {
  let last: { readonly reason: string; readonly at: number } | undefined;
  /** When the feed failed last since a failure was logged, by `clock`; undefined once it is well again. */
  let failedAt: number | undefined;
  const note = ({ reason, message }: VerifierError): void => {
    const now = clock();
    const isRepeated = last?.reason === reason && now - last.at < repeatMs;
    const isEnd = reason === "feed_ended";
    if (failedAt !== undefined || !(isRepeated || isEnd)) failedAt = now;
    if (isRepeated) return;
    last = { reason, at: now };
    log[isEnd ? "info" : "warn"]({ reason, cause: message }, "The feed of cut-offs failed");
  };
  const forget = (): void => {
    failedAt = undefined;
  };
  const noteHealth = ({ condition, ageSeconds }: Pick<RemoteCutoffsStatus, "condition" | "ageSeconds">): void => {
    // What was read before the failure says nothing of now.
    const isWell = failedAt !== undefined && condition === "live" && (ageSeconds ?? 0) * 1_000 < clock() - failedAt;
    if (!isWell) return;
    log.warn("The feed of cut-offs is read again");
    forget();
  };
  return { note, forget, noteHealth };
}
