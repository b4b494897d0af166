import type { Kysely } from "kysely";
import type { KeptCut } from "../cutoffs/live-cuts.ts";
import type { FeedRow, Tables } from "./tables.ts";

/** Where the feed stands. */
export const selectFeed = (store: Kysely<Tables>): Promise<FeedRow> =>
  store.selectFrom("feed").selectAll().executeTakeFirstOrThrow();

/** The cuts that are kept and come after number `after`, ascending. */
export async function selectCuts(store: Kysely<Tables>, after: number): Promise<readonly KeptCut[]> {
  const rows = await store
    .selectFrom("cuts")
    .select(["number", "ends", "caller", "leaves_at", "map"])
    .where("number", ">", after)
    .orderBy("number")
    .execute();
  return rows.map(({ number, ends, caller, leaves_at, map }) => ({
    number,
    ends,
    caller: caller ?? undefined,
    leavesAt: leaves_at ?? undefined,
    map: map ?? undefined,
  }));
}
