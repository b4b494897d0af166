import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@meshpass/http-server";
import type { CompiledMap, Problems } from "@meshpass/policy";
import type { MapStatus as MapState } from "@meshpass/protocol";
import type { Compilation, InForce } from "./compile-map.ts";
import { endWhenChanged } from "./end-when-changed.ts";
import { createMapFailure, type MapStep } from "./map-failure.ts";
import type { MapSource } from "./map-source.ts";

/** A map and its number, never changed: one request is decided on one snapshot, whatever is saved meanwhile. */
export interface Snapshot {
  readonly map: CompiledMap;
  readonly number: number;
}

/** How it stands with the map; `problems` and `failure` say why the file is not what is in force. */
export interface MapStatus extends MapState, Problems {}

export interface MapInForce {
  /** The snapshot to decide on now; undefined until a first map has loaded. */
  current(): Snapshot | undefined;
  status(): MapStatus;
  /** Ends at once, in the middle of a load if need be; the last snapshot stays. */
  close(): Promise<void>;
}

export interface MapInForceOptions {
  readonly source: MapSource;
  readonly compile: (bytes: Uint8Array, signal: AbortSignal) => Promise<Compilation>;
  readonly log: Log;
  /** Called once a map is stored, before it comes into force: what it takes away is cut by the time this resolves. */
  readonly publishCuts: () => Promise<void>;
  /** Called in the moment in which a map comes into force, with every service whose legacy credentials are cut. */
  readonly onChange: (legacyCuts: readonly string[]) => void;
  /** How often the source is looked at, in ms. Default 200. */
  readonly pollMs?: number;
  /** Two reads this far apart, in ms, must agree before a text is taken for whole. Default 100. */
  readonly settleMs?: number;
  /** A text that could not be checked, without a problem in it, is tried again this much later. Default 2,000. */
  readonly retryMs?: number;
  /** One that the store did not take is tried again sooner, then ever later, up to `retryMs`. Default 100. */
  readonly storeRetryMs?: number;
}

/**
 * Keeps the map of `source` in force: looks for a change several times a second, takes a text when two reads agree,
 * and swaps the snapshot only for a map without problems. Anything else leaves the last good map in force and says why.
 * A text that changes while it is checked is not checked to the end: the newer one is read. So one that is saved again
 * and again, faster than it can be checked, comes into force once that stops.
 */
export function createMapInForce(options: MapInForceOptions): MapInForce {
  const { source, compile, log, publishCuts, onChange } = options;
  const { pollMs = 200, settleMs = 100, retryMs = 2_000, storeRetryMs = 100 } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const failure = createMapFailure({ log, file: source.name, retryMs, storeRetryMs });
  let snapshot: Snapshot | undefined;
  let handled: string | undefined;
  let wrong: Problems = none;

  const enforce = ({ map, number, legacyCuts }: InForce): void => {
    snapshot = { map, number };
    onChange(legacyCuts);
    log.info({ file: source.name, map: number }, "Map in force");
  };

  const take = (compilation: InForce | Problems): void => {
    const hasFailed = wrong !== none || failure.current() !== undefined;
    failure.clear();
    if ("problems" in compilation) {
      wrong = compilation;
      reportProblems(log, { file: source.name, hasMap: snapshot !== undefined, ...wrong });
    } else {
      if (hasFailed) log.warn({ file: source.name, map: compilation.number }, "The map loads again and is in force");
      wrong = none;
      enforce(compilation);
    }
  };

  /** Whether there is something to look at again at once. */
  const look = async (): Promise<boolean> => {
    let step: MapStep = "read";
    try {
      const fingerprint = await source.fingerprint();
      if (fingerprint === handled && !failure.isRetryDue()) return false;
      const bytes = await readSettled(source, settleMs, signal);
      if (bytes === undefined) return false;
      handled = fingerprint;
      step = "check";
      const watch = { source, fingerprint, pollMs, signal };
      const compilation = await endWhenChanged(watch, (ending) => compile(bytes, ending));
      if (compilation === undefined) {
        log.info({ file: source.name }, "The map changed while it was checked; its newer text is read");
        return true;
      }
      step = "store";
      if ("notStored" in compilation) throw new Error(compilation.notStored);
      if ("map" in compilation) await publishCuts();
      take(compilation);
    } catch (error) {
      if (!signal.aborted) failure.note(step, error as Error, snapshot !== undefined);
    }
    return false;
  };

  const isStale = () => failure.current() !== undefined || wrong.problems.length > 0;
  const ended = repeat(look, pollMs, signal);
  return {
    current: () => snapshot,
    status: () => {
      return { file: source.name, number: snapshot?.number, stale: isStale(), failure: failure.current(), ...wrong };
    },
    close: () => {
      closing.abort();
      return ended;
    },
  };
}

const none: Problems = { problems: [], omitted: 0 };

/** The content, if it is the same twice: a writer that is at work is left to finish. */
async function readSettled(source: MapSource, settleMs: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const first = await source.read();
  await sleep(settleMs, undefined, { ref: false, signal });
  const second = await source.read();
  return Buffer.compare(first, second) === 0 ? second : undefined;
}

/** Does `work` again and again, `everyMs` apart or, if it says so, at once. */
async function repeat(work: () => Promise<boolean>, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await work()) continue;
    await sleep(everyMs, undefined, { ref: false, signal }).catch(() => undefined);
  }
}

function reportProblems(log: Log, what: Problems & { readonly file: string; readonly hasMap: boolean }): void {
  const { file, hasMap, problems, omitted } = what;
  const [first] = problems;
  const sentence = hasMap
    ? "The map does not load; the last good one stays in force"
    : "The map does not load, and there is none in force: nobody gets a token until it does";
  log.error(
    {
      place: `${file}:${first?.line}:${first?.column}`,
      problem: `${first?.message}; ${first?.remedy}`,
      problems: problems.length + omitted,
      all: `pnpm meshpass validate ${file}`,
    },
    sentence,
  );
}
