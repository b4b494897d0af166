import { type Cut, cutLifeSeconds, endings, type ParentToken, parseGeneration } from "@meshpass/protocol";
import type { Caller } from "../caller.ts";
import { endingsOf, isOfKey } from "./endings-of.ts";

/** The cuts that can still match a token. */
export interface CutTable {
  /** Puts a snapshot in place of all that is there; `now` in ms of a clock that never steps. */
  replace(epoch: number, cuts: readonly Cut[], now: number): void;
  /** Adds the cuts of a delta, ascending. */
  add(cuts: readonly Cut[], now: number): void;
  /** Why a token that is good otherwise is not to be accepted, if so. */
  refusalOf(caller: Caller): "wrong_gen" | "cut" | undefined;
  /** Changes whenever an answer of `refusalOf` may. */
  version(): number;
  size(): number;
}

interface Entry {
  readonly number: number;
  readonly addedAt: number;
}

/** The issuer sends a cut of everything long before. */
const maxEntries = 100_000;

/**
 * A table with no cuts, of no epoch yet. Bounded: what is too old to matter goes, and a flood becomes a cut of everything.
 * `service` is what cuts call the target of all tokens; by default that is their audience.
 */
export function createCutTable(service?: string): CutTable {
  const entries = new Map<string, Entry>();
  /** The kids of keys whose tokens are all cut, which is for good. */
  const cutKeys = new Set<string>();
  let epoch = 0;
  let version = 0;
  /** The number of the last cut. */
  let last = 0;

  function set({ ends, number }: Cut, addedAt: number): void {
    last = Math.max(last, number);
    if (isOfKey(ends)) return void cutKeys.add(ends.slice(endings.kid("").length));
    if (ends === endings.everything) entries.clear();
    // A new place at the end keeps the entries in the order of their age.
    entries.delete(ends);
    entries.set(ends, { number, addedAt });
    if (entries.size > maxEntries && ends !== endings.everything) set({ ends: endings.everything, number }, addedAt);
  }

  /** From the oldest on, up to the first that can still match. */
  function dropOld(now: number): void {
    for (const [ends, { addedAt }] of entries) {
      if (now - addedAt <= cutLifeSeconds * 1_000) return;
      entries.delete(ends);
    }
  }

  function add(cuts: readonly Cut[], now: number): void {
    if (cuts.length > 0) version += 1;
    for (const cut of cuts) set(cut, now);
    dropOld(now);
  }

  const isOfCutKey = ({ kid }: Pick<ParentToken, "kid">): boolean => kid !== undefined && cutKeys.has(kid);

  function refusalOf(caller: Caller): "wrong_gen" | "cut" | undefined {
    const { name, chain, parents, audience, jti } = caller;
    const generation = parseGeneration(caller.claims.gen);
    if (generation === undefined) return "wrong_gen";
    // Who has the key writes any gen he likes.
    if (isOfCutKey(caller) || parents.some(isOfCutKey)) return "cut";
    // A token of a newer epoch was decided by who knows more than this table.
    if (generation.epoch !== epoch) return generation.epoch < epoch ? "cut" : undefined;
    if (generation.number >= last) return undefined;
    const isAfter = (ends: string) => (entries.get(ends)?.number ?? 0) > generation.number;
    const token = { caller: name, target: service ?? audience, jti: jti ?? "", before: chain.slice(0, -1), parents };
    return endingsOf(token).some(isAfter) ? "cut" : undefined;
  }

  return {
    replace(newEpoch, cuts, now) {
      entries.clear();
      cutKeys.clear();
      epoch = newEpoch;
      version += 1;
      last = 0;
      add(cuts, now);
    },
    add,
    refusalOf,
    version: () => version,
    size: () => entries.size + cutKeys.size,
  };
}
