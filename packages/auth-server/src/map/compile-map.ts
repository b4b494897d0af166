import type { CompiledMap, Problems } from "@meshpass/policy";
import type { CompileRequest } from "./compile-request.ts";
import { newWorkers } from "./map-workers.ts";

/** What came of a map's text: the map, stored as in force; everything that is wrong with it; or why it is not stored. */
export type Compilation = InForce | Problems | { readonly notStored: string };

export interface InForce {
  readonly map: CompiledMap;
  readonly number: number;
  /** Every service whose legacy credentials are dead for good. */
  readonly legacyCuts: readonly string[];
}

/** What the worker asks before it stores a map. Once it is told yes it is never ended; to be told nothing is its end. */
export const mayStore = "may store?";

/**
 * Checks, compares and stores a map in a worker of `workers`, so that a large one never holds the event loop. Aborting ends
 * the worker, unless it was allowed to store the map: then it goes on, with the map stored and handed back, so that what is
 * stored as in force comes into force.
 *
 * @throws Error if the worker could not do its work: out of memory, or aborted.
 */
export async function compileMap(
  request: CompileRequest,
  signal: AbortSignal,
  workers = newWorkers,
): Promise<Compilation> {
  signal.throwIfAborted();
  const worker = workers.start(request);
  let isAllowed = false;
  const end = (): void => {
    if (!isAllowed) void worker.terminate();
  };
  signal.addEventListener("abort", end, { once: true });
  const { promise, resolve, reject } = Promise.withResolvers<Compilation>();
  const hear = (message: Compilation | typeof mayStore): void => {
    if (message !== mayStore) resolve(message);
    else if (!signal.aborted) {
      isAllowed = true;
      worker.postMessage("yes");
    }
  };
  const endedEarly = (code: number): void => reject(new Error(`the map's worker ended early, code ${code}`));
  worker.on("message", hear).once("error", reject).once("exit", endedEarly);
  try {
    const compilation = await promise;
    worker.off("message", hear).off("error", reject).off("exit", endedEarly);
    // It may be ending already.
    if (signal.aborted) void worker.terminate();
    else workers.release(worker, request);
    return compilation;
  } finally {
    signal.removeEventListener("abort", end);
  }
}
