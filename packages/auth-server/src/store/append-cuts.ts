import { cutLifeSeconds, endings, isEnding } from "@meshpass/protocol";
import { firstHash, isOfKey, nextHash } from "@meshpass/verifier/feed";
import type { Insertable, Kysely } from "kysely";
import { liveCuts } from "../cutoffs/live-cuts.ts";
import { mostCuts, recentNumbers, widenCuts } from "../cutoffs/widen-cuts.ts";
import { inChunks } from "./in-chunks.ts";
import { selectCuts, selectFeed } from "./select-feed.ts";
import type { CutRow, Tables } from "./tables.ts";

/** What is known of all cuts that are appended together. */
export interface CutCause {
  /** Seconds since 1970. */
  readonly at: number;
  /** The number of the map from which they follow. */
  readonly map?: number | undefined;
  /** Whose tokens they are, where they are jtis and it is known. */
  readonly caller?: string | undefined;
}

/**
 * Appends a cut of each of `endsList` to the feed, and wider ones where the live cuts become too many. To be called in a
 * transaction: nothing else may append meanwhile.
 *
 * @throws TypeError if one of them is nothing that a cut can end; then none may be kept.
 */
export async function appendCuts(store: Kysely<Tables>, endsList: readonly string[], cause: CutCause): Promise<void> {
  let head = (await selectFeed(store)).head;
  for (let wanted = endsList; wanted.length > 0; wanted = isDue(head, wanted.length) ? await widen(store) : []) {
    head += wanted.length;
    await append(store, wanted, cause);
  }
}

/** To look through all cuts takes tens of ms once they are many: so often, and no more, it is looked whether they are too many. */
const widenEvery = 50;

/** Whether the last of `count` cuts up to `head` came to one after which it is looked. */
const isDue = (head: number, count: number): boolean =>
  Math.floor(head / widenEvery) !== Math.floor((head - count) / widenEvery);

/**
 * Starts the feed anew in `epoch`, with a cut of everything. Withdrawn keys stay withdrawn. Who still decides on an
 * older map than the last one is cut off with the rest.
 */
export async function startFeed(store: Kysely<Tables>, epoch: number, at: number): Promise<void> {
  const keys = await store.selectFrom("cuts").select("ends").where("leaves_at", "is", null).distinct().execute();
  const newest = await store.selectFrom("maps").select("number").orderBy("number", "desc").limit(1).executeTakeFirst();
  await store.deleteFrom("cuts").execute();
  await store.deleteFrom("feed").execute();
  await store
    .insertInto("feed")
    .values({ epoch, head: 0, hash: firstHash(epoch) })
    .execute();
  await appendCuts(store, [endings.everything, ...keys.map(({ ends }) => ends)], { at, map: newest?.number });
}

async function append(store: Kysely<Tables>, endsList: readonly string[], cause: CutCause): Promise<void> {
  const { epoch, head, hash } = await selectFeed(store);
  const rows = endsList.map((ends, index) => rowOf(ends, { epoch, number: head + 1 + index }, cause));
  for (const some of inChunks(rows)) await store.insertInto("cuts").values(some).execute();
  await store
    .updateTable("feed")
    .set({ head: head + rows.length, hash: rows.reduce(nextHash, hash) })
    .execute();
}

function rowOf(ends: string, place: { epoch: number; number: number }, { at, map, caller }: CutCause) {
  if (!isEnding(ends)) throw new TypeError("a cut ends an edge, a caller, a target, a jti, a kid or everything");
  const [kind, name] = ends.split(" ");
  return {
    ...place,
    ends,
    at,
    leaves_at: isOfKey(ends) ? null : at + cutLifeSeconds,
    map: map ?? null,
    caller: (kind === "edge" ? name : kind === "jti" ? caller : undefined) ?? null,
  } satisfies Insertable<CutRow>;
}

/** What has to be cut besides since live cuts are too many; drops rows that nobody needs once they are many, too. */
async function widen(store: Kysely<Tables>): Promise<readonly string[]> {
  const { count } = await store
    .selectFrom("cuts")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  if (count <= mostCuts.ofCaller) return [];
  const { head } = await selectFeed(store);
  const cuts = await selectCuts(store, 0);
  const live = liveCuts(cuts);
  if (count > 2 * (mostCuts.inAll + recentNumbers)) {
    const needed = new Set(live);
    const spare = cuts.filter((cut) => cut.number <= head - recentNumbers && !needed.has(cut));
    for (const some of inChunks(spare.map(({ number }) => number)))
      await store.deleteFrom("cuts").where("number", "in", some).execute();
  }
  return widenCuts(live);
}
