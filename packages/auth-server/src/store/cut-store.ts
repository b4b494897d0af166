import {
  type Block,
  cutLifeSeconds,
  endings,
  formatGeneration,
  type Generation,
  parseGeneration,
} from "@meshpass/protocol";
import type { Kysely } from "kysely";
import type { KeptCut } from "../cutoffs/live-cuts.ts";
import { appendCuts, startFeed } from "./append-cuts.ts";
import { deleteBlock, insertBlock, selectBlocks } from "./blocks.ts";
import { inTransaction } from "./in-transaction.ts";
import { deleteReceivers, type ReceiverRecord, selectReceivers, upsertReceivers } from "./receivers.ts";
import { retryWhileBusy } from "./retry-while-busy.ts";
import { selectCuts, selectFeed } from "./select-feed.ts";
import type { Tables } from "./tables.ts";

/** Where the feed stood at one moment, and cuts of it. */
export interface FeedReading {
  readonly epoch: number;
  readonly head: number;
  /** The running hash at the head. */
  readonly hash: string;
  /** Ascending, up to the head; without gaps from `head - 9,999` on, unless a cut among them has left. */
  readonly cuts: readonly KeptCut[];
}

/** What the auth server must not forget about cuts. Every change is durable when its promise resolves; times in seconds. */
export interface CutStore {
  /** The cuts after the place `after`; if that is of another epoch, or none is given, all that are kept. */
  feed(after?: Generation): Promise<FeedReading>;
  /**
   * Appends a cut of each of `ends`. `caller` is whose tokens they are, where they are jtis and it is known: too many
   * become one of the caller.
   *
   * @throws TypeError if one of them is nothing that a cut can end; then none of them is appended.
   */
  addCuts(ends: readonly string[], at: number, caller?: string): Promise<void>;
  /**
   * Starts the feed anew, with a cut of everything; nothing if it is in this epoch or a higher one.
   *
   * @throws TypeError if it is no epoch that a token could name.
   */
  startEpoch(epoch: number, at: number): Promise<void>;
  /** Drops the cuts that can match nothing any more, and the receivers not heard of for as long. */
  forgetCuts(now: number): Promise<void>;
  /** Adds the block, unless it is there, and a cut of the same, as one change. */
  addBlock(caller: string, target: string | undefined, at: number): Promise<void>;
  /** Whether there was such a block. */
  removeBlock(caller: string, target: string | undefined): Promise<boolean>;
  blocks(): Promise<readonly Block[]>;
  /** Adds them, or replaces what is known of them. */
  saveReceivers(receivers: readonly ReceiverRecord[]): Promise<void>;
  removeReceivers(receivers: readonly Pick<ReceiverRecord, "service" | "instance">[]): Promise<void>;
  receivers(): Promise<readonly ReceiverRecord[]>;
}

/** The part of the store in `database` that is about cuts. */
export function createCutStore(database: Kysely<Tables>): CutStore {
  const change = <T>(work: (store: Kysely<Tables>) => Promise<T>): Promise<T> =>
    retryWhileBusy(() => inTransaction(database, work));
  return {
    feed: (after) => database.transaction().execute((store) => readFeed(store, after)),
    addCuts: (ends, at, caller) => change((store) => appendCuts(store, ends, { at, caller })),
    startEpoch: (epoch, at) => change((store) => startHigherEpoch(store, epoch, at)),
    forgetCuts: (now) => change((store) => forgetCuts(store, now)),
    addBlock: (caller, target, at) =>
      change(async (store) => {
        await insertBlock(store, { caller, target, at });
        const ends = target === undefined ? endings.caller(caller) : endings.edge(caller, target);
        await appendCuts(store, [ends], { at });
      }),
    removeBlock: (caller, target) => change((store) => deleteBlock(store, caller, target)),
    blocks: () => selectBlocks(database),
    saveReceivers: (receivers) => change((store) => upsertReceivers(store, receivers)),
    removeReceivers: (receivers) => change((store) => deleteReceivers(store, receivers)),
    receivers: () => selectReceivers(database),
  };
}

async function readFeed(store: Kysely<Tables>, after: Generation | undefined): Promise<FeedReading> {
  const { epoch, head, hash } = await selectFeed(store);
  return { epoch, head, hash, cuts: await selectCuts(store, after?.epoch === epoch ? after.number : 0) };
}

async function startHigherEpoch(store: Kysely<Tables>, epoch: number, at: number): Promise<void> {
  const canBeSaid = parseGeneration(formatGeneration({ epoch, number: 0 })) !== undefined;
  if (!canBeSaid) throw new TypeError("an epoch is a whole number of at most 15 digits");
  if (epoch > (await selectFeed(store)).epoch) await startFeed(store, epoch, at);
}

async function forgetCuts(store: Kysely<Tables>, now: number): Promise<void> {
  await store.deleteFrom("cuts").where("leaves_at", "<=", now).execute();
  await store
    .deleteFrom("receivers")
    .where("last_heard_at", "<=", now - cutLifeSeconds)
    .execute();
}
