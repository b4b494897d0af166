import type { CutoffsAnswer, CutoffsEnvelope, Generation } from "@meshpass/protocol";
import { createAlarm } from "./create-alarm.ts";
import { createCutCheck } from "./cut-check.ts";
import { createCutTable } from "./cut-table.ts";
import type { Cutoffs } from "./cutoffs.ts";
import { type CutoffsOptions, readCutoffsOptions } from "./cutoffs-options.ts";
import { createFeedAge } from "./feed-age.ts";
import { createFeedReader, type FeedEvent, type Taken } from "./feed-reader.ts";

/** Cut-offs that somebody feeds. */
export interface FedCutoffs extends Cutoffs {
  /** A new connection begins. The first envelope on it needs a certificate before it. */
  connect(): void;
  /**
   * Takes the next event of the connection, which arrived at `arrivedAt` (ms of `monotonic`; default now). An envelope is
   * in force when this returns. What is not good changes nothing.
   *
   * @throws VerifierError (a promise of it where the event is a certificate) that says what was refused
   */
  take(event: FeedEvent, arrivedAt?: number): Taken | Promise<Taken>;
  /** How far it has read, undefined before the first envelope. */
  place(): Generation | undefined;
  /** `keys` of the last envelope that was taken. */
  keysMark(): string | undefined;
  /**
   * The last envelope that was taken and is small enough for a proof, where the sender of the last one of all does not know
   * as much.
   */
  ahead(): CutoffsAnswer | undefined;
}

const liveMs = { accept: 2_000, refuse: 1_000 } as const;
const tickMs = 100;

/**
 * Cut-offs without a network: whoever has a feed hands its events to `take`. `remoteCutoffs` is this on a URL.
 *
 * @throws TypeError if an option is missing or of the wrong type
 */
export function createCutoffs(options: CutoffsOptions): FedCutoffs {
  const { keys, service, onStaleFeed, onStale, clock, monotonic, timers } = readCutoffsOptions(options);
  const table = createCutTable(service);
  const age = createFeedAge(liveMs[onStaleFeed], monotonic());
  const reader = createFeedReader({ keys, clock, accept });
  const { check, refused } = createCutCheck({ table, age, monotonic, whileStale: onStaleFeed });
  let keysMark: string | undefined;
  let wasStale = false;

  function accept(envelope: CutoffsEnvelope, arrivedAt: number): void {
    if (envelope.after === undefined) table.replace(envelope.epoch, envelope.cuts, arrivedAt);
    else table.add(envelope.cuts, arrivedAt);
    keysMark = envelope.keys;
    age.noteEnvelope(envelope.iat, arrivedAt);
    tellIfStale();
  }

  function tellIfStale(): void {
    const isStale = keysMark !== undefined && monotonic() >= age.liveUntil();
    if (isStale !== wasStale) onStale(isStale);
    wasStale = isStale;
  }

  function place(): Generation | undefined {
    const state = reader.state();
    return state && { epoch: state.epoch, number: state.head };
  }

  function status() {
    const now = monotonic();
    const { epoch, number: head } = place() ?? { epoch: 0, number: 0 };
    const ageMs = age.ageAt(now);
    const ageSeconds = ageMs === undefined ? null : ageMs / 1_000;
    return { condition: age.conditionAt(now), epoch, head, cuts: table.size(), ageSeconds, refused: refused() };
  }

  const tick = createAlarm(timers, () => {
    tick.set(tickMs);
    age.noteTime(monotonic());
    tellIfStale();
  });
  tick.set(tickMs);

  return {
    check,
    version: table.version,
    ready: () => keysMark !== undefined,
    status,
    close: tick.clear,
    connect() {
      reader.connect();
      age.connect();
    },
    take: (event, arrivedAt = monotonic()) => reader.take(event, arrivedAt),
    place,
    keysMark: () => keysMark,
    ahead: reader.ahead,
  };
}
