import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { CompiledMap } from "@meshpass/policy";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** To be raised with every change of what a compiled map holds or means: maps of two formats cannot be compared. */
const format = 1;

/** Whether map `number` is there to be compared with. */
export async function hasResolvedMap(store: Kysely<Tables>, number: number): Promise<boolean> {
  const row = await store.selectFrom("resolved_map").select(["number", "format"]).executeTakeFirst();
  return row?.number === number && row.format === format;
}

/** Map `number` as it was compiled, or undefined if it is not there, was damaged or cannot be read any more. */
export async function selectResolvedMap(store: Kysely<Tables>, number: number): Promise<CompiledMap | undefined> {
  if (!(await hasResolvedMap(store, number))) return undefined;
  const { resolved, digest } = await store.selectFrom("resolved_map").selectAll().executeTakeFirstOrThrow();
  if (sha256(resolved) !== digest) return undefined;
  try {
    return deserialize(resolved) as CompiledMap;
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
