import { type CompiledMap, compareMaps, gainedAudiences, namesOf } from "@meshpass/policy";
import { endings } from "@meshpass/protocol";
import type { Kysely } from "kysely";
import { cutsOf } from "../cutoffs/cuts-of.ts";
import { appendCuts } from "./append-cuts.ts";
import { startFirstFeed } from "./create-feed-tables.ts";
import { createTables } from "./create-tables.ts";
import { replaceDefaultLifetime, selectDefaultLifetime } from "./default-lifetime.ts";
import { inTransaction } from "./in-transaction.ts";
import { insertLegacyCut, selectLegacyCuts } from "./legacy-cuts.ts";
import { openSqlite } from "./open-sqlite.ts";
import { hasResolvedMap, replaceResolvedMap, selectResolvedMap } from "./resolved-map.ts";
import type { Tables } from "./tables.ts";

/** A map that is to come into force. */
export interface NextMap {
  readonly map: CompiledMap;
  /** Of its text. */
  readonly digest: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** Of a token whose edge names no lifetime, in seconds. */
  readonly defaultLifetimeSeconds: number;
}

/** What follows from a map that comes into force, besides the cuts that are in the feed when it does. */
export interface MapChange {
  /** The map's number: the last one's if nothing changed, else the next. */
  readonly number: number;
  /** Every service whose legacy credentials are dead for good, with those that the last map named and this one does not. */
  readonly legacyCuts: readonly string[];
}

/**
 * Stores, as one change, that `next` is in force, and the cuts that follow from it: of every edge of the last map that it
 * narrows, or of everything if the last one cannot be read any more. Storing the map that is in force changes nothing, unless
 * its default lifetime is another one now: a shorter one narrows every edge without a lifetime of its own.
 */
export async function putMapInForce(path: string, next: NextMap): Promise<MapChange> {
  const database = openSqlite(path, { waitMs: 500 });
  try {
    await createTables(database);
    await startFirstFeed(database, next.at);
    // Before the transaction: the comparison of large maps would keep everybody else from storing a cut.
    const foreseen = await foresee(database, next);
    return await inTransaction(database, (store) => replaceMap(store, next, foreseen));
  } finally {
    await database.destroy();
  }
}

/** So many maps are remembered besides the newest: only the newest is ever compared with. */
const keptMaps = 1_000;

/** What the change to a map consists of. */
interface ForeseenChange {
  readonly last: { readonly number: number; readonly digest: string; readonly services: string } | undefined;
  readonly isUnchanged: boolean;
  readonly cuts: readonly string[];
}

async function foresee(store: Kysely<Tables>, next: NextMap): Promise<ForeseenChange> {
  const last = await selectLastMap(store);
  const isUnchanged = last?.digest === next.digest && (await isInForce(store, last.number, next));
  const cuts = last === undefined || isUnchanged ? [] : await findCuts(store, last.number, next);
  return { last, isUnchanged, cuts };
}

const selectLastMap = (store: Kysely<Tables>) =>
  store.selectFrom("maps").selectAll().orderBy("number", "desc").limit(1).executeTakeFirst();

/** @throws Error if another map came into force since this was foreseen, which takes a second server */
async function replaceMap(
  store: Kysely<Tables>,
  next: NextMap,
  { last, isUnchanged, cuts }: ForeseenChange,
): Promise<MapChange> {
  if ((await selectLastMap(store))?.number !== last?.number) throw new Error("another map came into force meanwhile");
  const isSame = last?.digest === next.digest;
  const number = (last?.number ?? 0) + (isSame ? 0 : 1);
  if (!isUnchanged) {
    await appendCuts(store, cuts, { at: next.at, map: number });
    if (last !== undefined) await cutRemovedServices(store, last.services, next);
    if (!isSame) await insertMap(store, number, next);
    await replaceResolvedMap(store, number, next.map);
    await replaceDefaultLifetime(store, number, next.defaultLifetimeSeconds);
  }
  return { number, legacyCuts: await selectLegacyCuts(store) };
}

/** Whether map `number`, whose text is that of `next`, is there to be compared with, and its default lifetime is the same. */
const isInForce = async (store: Kysely<Tables>, number: number, next: NextMap): Promise<boolean> =>
  (await hasResolvedMap(store, number)) && (await selectDefaultLifetime(store, number)) === next.defaultLifetimeSeconds;

/** What `next` takes away from the tokens that were decided on map `last`, or on one before it. */
async function findCuts(store: Kysely<Tables>, last: number, next: NextMap): Promise<readonly string[]> {
  const before = await selectResolvedMap(store, last);
  if (before === undefined) return [endings.everything];
  const { map, at: nowSeconds, defaultLifetimeSeconds } = next;
  const lastDefaultLifetimeSeconds = await selectDefaultLifetime(store, last);
  const narrowed = compareMaps(before, map, { nowSeconds, defaultLifetimeSeconds, lastDefaultLifetimeSeconds });
  return [...cutsOf(narrowed), ...gainedAudiences(before, map).map(endings.target)];
}

/** `services` are the names in the last map, one a line. */
async function cutRemovedServices(store: Kysely<Tables>, services: string, { map, at }: NextMap): Promise<void> {
  const kept = new Set(namesOf(map));
  for (const name of services.split("\n")) if (name !== "" && !kept.has(name)) await insertLegacyCut(store, name, at);
}

async function insertMap(store: Kysely<Tables>, number: number, { map, digest, at }: NextMap): Promise<void> {
  const services = namesOf(map).join("\n");
  await store.insertInto("maps").values({ number, digest, services, in_force_since: at }).execute();
  await store
    .updateTable("maps")
    .set({ services: "" })
    .where("number", "=", number - 1)
    .execute();
  await store
    .deleteFrom("maps")
    .where("number", "<", number - keptMaps)
    .execute();
}
