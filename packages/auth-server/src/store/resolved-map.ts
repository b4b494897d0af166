import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { type CompiledMap, withoutChains, withoutServices } from "@meshpass/policy";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** To be raised with every change of what a compiled map holds or means: maps of two formats cannot be compared. */
const format = 3;

/**
 * What makes a map of today of one that was stored in each format that can still be read: a start must not lose what was
 * last in force. In format 1 a map had no services, and up to 2 its edges knew nothing of chains.
 */
const readers = new Map<number, (stored: CompiledMap) => CompiledMap>([
  [1, withoutServices],
  [2, withoutChains],
  [format, (stored) => stored],
]);

/** Whether map `number` is there to be compared with. */
export async function hasResolvedMap(store: Kysely<Tables>, number: number): Promise<boolean> {
  const row = await store.selectFrom("resolved_map").select(["number", "format"]).executeTakeFirst();
  return row?.number === number && readers.has(row.format);
}

/** Map `number` as it was compiled, or undefined if it is not there, was damaged or cannot be read any more. */
export async function selectResolvedMap(store: Kysely<Tables>, number: number): Promise<CompiledMap | undefined> {
  if (!(await hasResolvedMap(store, number))) return undefined;
  const row = await store.selectFrom("resolved_map").selectAll().executeTakeFirstOrThrow();
  if (sha256(row.resolved) !== row.digest) return undefined;
  try {
    return readers.get(row.format)?.(deserialize(row.resolved));
  } catch {
    // Written by a newer Node.
    return undefined;
  }
}

/** Keeps `map`, and no other. */
export async function replaceResolvedMap(store: Kysely<Tables>, number: number, map: CompiledMap): Promise<void> {
  const resolved = serialize(map);
  await store.deleteFrom("resolved_map").execute();
  await store
    .insertInto("resolved_map")
    .values({ number, format, digest: sha256(resolved), resolved })
    .execute();
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
