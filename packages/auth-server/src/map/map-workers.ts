import { Worker } from "node:worker_threads";
import type { CompileRequest } from "./compile-request.ts";

/** Where the workers that check maps come from, and what becomes of them afterwards. */
export interface MapWorkers {
  /** A worker at work on `request`. */
  start(request: CompileRequest): Worker;
  /** Takes a worker whose work on `request` is done. */
  release(worker: Worker, request: CompileRequest): void;
}

/** Room for a map of a million edges; a text that needs more ends the worker, not the server. In MiB. */
const maxOldGenerationSizeMb = 2_048;

/** A new worker for each map, which ends when it is done. */
export const newWorkers: MapWorkers = {
  start: (request) =>
    new Worker(new URL("./map-worker.ts", import.meta.url), {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb },
      // What goes wrong is for who waits for it: where nobody does, it must not end the process.
    }).on("error", () => undefined),
  release: (worker) => void worker.terminate(),
};

/** What a worker took for a larger text is given back at once. In bytes. */
const maxKeptBytes = 64 * 1_024;

/**
 * Keeps one worker for `keepMs` after it is done with a map that is not large, so that the next map need not wait until
 * another one has loaded its code, which takes ten times as long as a small map. A kept worker does not keep the process.
 */
export function keepWorker(keepMs: number): MapWorkers {
  let kept: { readonly worker: Worker; forget(): void } | undefined;
  const keep = (worker: Worker): void => {
    const forget = (): void => {
      clearTimeout(timer);
      worker.off("error", forget).off("exit", forget);
      kept = undefined;
    };
    const end = (): void => {
      forget();
      void worker.terminate();
    };
    const timer = setTimeout(end, keepMs).unref();
    worker.on("error", forget).on("exit", forget).unref();
    kept = { worker, forget };
  };
  return {
    start: (request) => {
      if (kept === undefined) return newWorkers.start(request);
      const { worker, forget } = kept;
      forget();
      worker.ref();
      worker.postMessage(request);
      return worker;
    },
    release: (worker, request) => {
      if (kept === undefined && request.bytes.length <= maxKeptBytes) keep(worker);
      else newWorkers.release(worker, request);
    },
  };
}
