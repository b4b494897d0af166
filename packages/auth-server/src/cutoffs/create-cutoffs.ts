import { createHash } from "node:crypto";
import { join } from "node:path";
import { HttpError, type Log } from "@meshpass/http-server";
import { type Confirmation, cutLifeSeconds, type Generation, isOlder } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import type { CredentialRegistry } from "../credentials/credential-registry.ts";
import type { CutStore } from "../store/cut-store.ts";
import { type Blocks, createBlocks } from "./blocks.ts";
import { type CutLog, createCutLog } from "./cut-log.ts";
import { type CutOperations, createCutOperations } from "./cut-operations.ts";
import { createFeed, type Feed } from "./feed.ts";
import { type KeptFeedKey, openFeedKey } from "./feed-key.ts";
import { createFeedTime } from "./feed-time.ts";
import { createLiveTokenLedger, type LiveTokenLedger } from "./live-tokens.ts";
import { createPassedTime } from "./passed-time.ts";
import { createReceivers, type Receivers } from "./receivers.ts";
import { createRecovery } from "./recover-lost-cuts.ts";
import { rememberReceivers } from "./remember-receivers.ts";
import { createStreamPlaces, type StreamPlaces, shareStreams } from "./stream-places.ts";

/** Everything that cutting off consists of at the auth server. */
export interface Cutoffs {
  readonly cutLog: CutLog;
  readonly feed: Feed;
  readonly places: StreamPlaces;
  readonly feedKey: KeptFeedKey;
  readonly blocks: Blocks;
  readonly receivers: Receivers;
  readonly liveTokens: LiveTokenLedger;
  readonly operations: CutOperations;
  /**
   * Takes what a receiver of `service` says of itself.
   *
   * @throws HttpError `invalid_request` if it goes on at a place that our feed has not reached, and shows no proof of it
   */
  noteConfirmation(service: string, confirmation: Confirmation): void;
  /** Drops the cuts that can match nothing any more. To be called every now and then. */
  forgetLeft(): Promise<void>;
  /** Stores what changed of the receivers. To be called every few seconds. */
  saveReceivers(): Promise<void>;
  /** Stores those that were never heard of before: a server that is killed just then must know whom to wait for. */
  saveNewReceivers(): Promise<void>;
}

export interface CutoffsOptions {
  readonly store: CutStore;
  readonly registry: CredentialRegistry;
  /** The keys that we publish. */
  readonly keys: Keys;
  readonly stateFolder: string;
  /** Of the feed, at once. */
  readonly maxStreams: number;
  /** ms since 1970. */
  readonly clock: () => number;
  /** ms since whenever, never set back. */
  readonly monotonic: () => number;
  readonly log: Log;
}

/** Reads what the store knows of cuts, blocks and receivers, and makes the feed of it. */
export async function createCutoffs(options: CutoffsOptions): Promise<Cutoffs> {
  const { store, registry, keys, stateFolder, maxStreams, clock, monotonic, log } = options;
  const cutLog = await createCutLog(store);
  const blocks = createBlocks(await store.blocks());
  const feedKey = await openFeedKey(join(stateFolder, "feed-key.json"));
  const time = createFeedTime(clock, monotonic, () => feed.endStreams());
  const feed = createFeed({ cutLog, key: feedKey.key, time, keysMark: createKeysMark(keys) });
  // After the mark has changed, since it listens first.
  keys.onChange(feed.tellKeysChanged);
  if (feedKey.certificate !== undefined) feed.certify(feedKey.certificate);
  const passedTime = createPassedTime(clock, monotonic);
  const { remembered, save } = await rememberReceivers(store);
  const shares = shareStreams(maxStreams);
  const receivers = createReceivers({
    ...{ remembered, clock, forgetAfterMs: cutLifeSeconds * 1_000 },
    maxInstances: shares.service + shares.anonymous,
  });
  const recover = createRecovery({ store, cutLog, keys, clock, monotonic, log });
  return {
    cutLog,
    feed,
    places: createStreamPlaces({ maxStreams, monotonic }),
    feedKey,
    blocks,
    receivers,
    // Of an edge as a whole: a single token of it that was cut is not looked for.
    liveTokens: createLiveTokenLedger({ clock, isCut: (edge, since) => cutLog.isCut({ ...edge, jti: "" }, since) }),
    operations: createCutOperations({ store, cutLog, registry, blocks, clock, endStreams: feed.endStreamsOf }),
    noteConfirmation: (service, confirmation) => {
      if (!isPlausible(confirmation, cutLog.head())) throw new HttpError("invalid_request");
      receivers.note(service, { ...confirmation, kids: keepPublished(confirmation.kids, keys) });
      if (confirmation.ahead !== undefined) void recover(service, confirmation.ahead);
    },
    forgetLeft: () => cutLog.forgetLeft(Math.floor(passedTime() / 1_000)),
    saveReceivers: () => save(receivers.takeChanged()),
    saveNewReceivers: () => save(receivers.takeNew()),
  };
}

/** A receiver of a store that was restored shows what it kept as soon as it has heard of us. Until then it is not counted. */
const isPlausible = ({ epoch, head, ahead, leaving }: Confirmation, feed: Generation): boolean =>
  leaving === true || ahead !== undefined || !isOlder(feed, { epoch, number: head });

/** What a receiver says of keys that we do not publish is of no use, and could be 100 long texts of each. */
const keepPublished = (kids: readonly string[], keys: Keys): readonly string[] => [...new Set(kids)].filter(keys.has);

/** A text that changes whenever the published keys do. */
function createKeysMark(keys: Keys): () => string {
  const mark = () =>
    createHash("sha256")
      .update(JSON.stringify(keys.jwks() ?? {}))
      .digest("base64url");
  let current = mark();
  keys.onChange(() => {
    current = mark();
  });
  return () => current;
}
