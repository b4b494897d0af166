import { createHash } from "node:crypto";
import type { UsedAssertionStore } from "../store/used-assertion-store.ts";
import type { CheckedAssertion } from "./check-assertion.ts";

/** Which assertions have been shown, for as long as they could be shown again. */
export interface UsedAssertions {
  /**
   * Notes that a client has shown an assertion, whose signature is good: `first` once that is durable, `replayed` for every
   * further time, `full` where no more can be remembered.
   *
   * @throws what the store throws: then it must not be accepted.
   */
  use(assertion: CheckedAssertion): Promise<"first" | "replayed" | "full">;
  /** Drops those that have ended. To be called every few seconds. */
  forgetEnded(): Promise<void>;
}

export interface UsedAssertionsOptions {
  readonly store: UsedAssertionStore;
  /** ms since 1970. */
  readonly clock: () => number;
  /** How many are remembered, so that one client cannot leave the others without room. Defaults 100,000 and 10,000. */
  readonly mostInAll?: number;
  readonly mostOfClient?: number;
}

/** Reads from the store how many there are; after that each use is one synchronous write, which a restart does not forget. */
export async function openUsedAssertions(options: UsedAssertionsOptions): Promise<UsedAssertions> {
  const { store, clock, mostInAll = 100_000, mostOfClient = 10_000 } = options;
  const counts = new Map(await store.usedAssertions());
  let inAll = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const count = (client: string, change: 1 | -1): void => {
    const left = (counts.get(client) ?? 0) + change;
    inAll += change;
    if (left > 0) counts.set(client, left);
    else counts.delete(client);
  };
  return {
    use: async ({ client, jti, endsAt }) => {
      if (inAll >= mostInAll || (counts.get(client) ?? 0) >= mostOfClient) return "full";
      count(client, 1);
      let isFirst = false;
      try {
        isFirst = await store.addUsedAssertion({ client, jtiHash: hashJti(jti), endsAt });
      } finally {
        if (!isFirst) count(client, -1);
      }
      return isFirst ? "first" : "replayed";
    },
    forgetEnded: async () => {
      for (const client of await store.forgetUsedAssertions(Math.floor(clock() / 1_000))) count(client, -1);
    },
  };
}

/** Of one length, whatever the client writes. */
const hashJti = (jti: string): string => createHash("sha256").update(jti).digest("base64url");
