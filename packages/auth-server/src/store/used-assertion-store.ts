import type { Kysely } from "kysely";
import { retryWhileBusy } from "./retry-while-busy.ts";
import type { Tables } from "./tables.ts";

/** An assertion that a client has shown, by the hash of its jti. */
export interface UsedAssertion {
  readonly client: string;
  readonly jtiHash: string;
  /** After this it would be refused for its age; seconds since 1970. */
  readonly endsAt: number;
}

/** What the auth server must not forget about assertions. Every change is durable when its promise resolves. */
export interface UsedAssertionStore {
  /** How many are kept of each client. */
  usedAssertions(): Promise<ReadonlyMap<string, number>>;
  /** False if the client has shown it before: of two at once one alone is true. */
  addUsedAssertion(assertion: UsedAssertion): Promise<boolean>;
  /** Drops those that ended before `before`; gives the client of each. */
  forgetUsedAssertions(before: number): Promise<readonly string[]>;
}

/** The part of the store in `database` that is about assertions. */
export const createUsedAssertionStore = (database: Kysely<Tables>): UsedAssertionStore => ({
  usedAssertions: () => countByClient(database),
  addUsedAssertion: (assertion) => retryWhileBusy(() => insert(database, assertion)),
  forgetUsedAssertions: (before) =>
    retryWhileBusy(async () => {
      const gone = await database
        .deleteFrom("used_assertions")
        .where("ends_at", "<", before)
        .returning("client")
        .execute();
      return gone.map(({ client }) => client);
    }),
});

async function countByClient(database: Kysely<Tables>): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom("used_assertions")
    .select(({ fn }) => ["client", fn.countAll<number>().as("count")])
    .groupBy("client")
    .execute();
  return new Map(rows.map(({ client, count }) => [client, count]));
}

async function insert(database: Kysely<Tables>, { client, jtiHash, endsAt }: UsedAssertion): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database
    .insertInto("used_assertions")
    .values({ client, jti_hash: jtiHash, ends_at: endsAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}
