import type { Kysely } from "kysely";
import { inChunks } from "./in-chunks.ts";
import type { Tables } from "./tables.ts";

/** How far one instance of a service said that it has read the feed. */
export interface ReceiverRecord {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  readonly epoch: number;
  readonly head: number;
  /** Seconds since 1970. */
  readonly lastHeardAt: number;
}

export async function selectReceivers(store: Kysely<Tables>): Promise<readonly ReceiverRecord[]> {
  const rows = await store.selectFrom("receivers").selectAll().orderBy("service").orderBy("instance").execute();
  return rows.map(({ last_heard_at, ...receiver }) => ({ ...receiver, lastHeardAt: last_heard_at }));
}

/** Adds them, or replaces what is known of them. */
export async function upsertReceivers(store: Kysely<Tables>, receivers: readonly ReceiverRecord[]): Promise<void> {
  const rows = receivers.map(({ lastHeardAt, ...receiver }) => ({ ...receiver, last_heard_at: lastHeardAt }));
  for (const some of inChunks(rows)) {
    await store
      .insertInto("receivers")
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(["service", "instance"]).doUpdateSet(({ ref }) => ({
          version: ref("excluded.version"),
          epoch: ref("excluded.epoch"),
          head: ref("excluded.head"),
          last_heard_at: ref("excluded.last_heard_at"),
        })),
      )
      .execute();
  }
}

export async function deleteReceivers(
  store: Kysely<Tables>,
  receivers: readonly Pick<ReceiverRecord, "service" | "instance">[],
): Promise<void> {
  for (const { service, instance } of receivers)
    await store.deleteFrom("receivers").where("service", "=", service).where("instance", "=", instance).execute();
}
