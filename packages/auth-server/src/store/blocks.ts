import type { Block } from "@meshpass/protocol";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

export async function selectBlocks(store: Kysely<Tables>): Promise<readonly Block[]> {
  const rows = await store.selectFrom("blocks").selectAll().orderBy("caller").orderBy("target").execute();
  return rows.map(({ caller, target, at }) => ({ caller, target: target || undefined, at }));
}

/** One that is there keeps its time. */
export async function insertBlock(store: Kysely<Tables>, { caller, target = "", at }: Block): Promise<void> {
  await store
    .insertInto("blocks")
    .values({ caller, target, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Whether it was there. */
export async function deleteBlock(store: Kysely<Tables>, caller: string, target = ""): Promise<boolean> {
  const { numDeletedRows } = await store
    .deleteFrom("blocks")
    .where("caller", "=", caller)
    .where("target", "=", target)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
