import type { Kysely } from "kysely";
import { retryWhileBusy } from "./retry-while-busy.ts";
import type { Tables } from "./tables.ts";

/** A signing key that is trusted no more since `at` (seconds since 1970). */
export interface WithdrawnKey {
  readonly kid: string;
  readonly at: number;
}

/** What the auth server must not forget about keys that leaked. */
export interface WithdrawnKeyStore {
  withdrawnKeys(): Promise<readonly WithdrawnKey[]>;
  /** Durable when its promise resolves; one that is there keeps its time. */
  addWithdrawnKey(key: WithdrawnKey): Promise<void>;
}

/** The part of the store in `database` that is about withdrawn keys. */
export const createWithdrawnKeyStore = (database: Kysely<Tables>): WithdrawnKeyStore => ({
  withdrawnKeys: () =>
    database.selectFrom("withdrawn_keys").select(["kid", "at"]).orderBy("at").orderBy("kid").execute(),
  addWithdrawnKey: ({ kid, at }) =>
    retryWhileBusy(async () => {
      await database
        .insertInto("withdrawn_keys")
        .values({ kid, at })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }),
});
