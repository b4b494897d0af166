import { Worker } from "node:worker_threads";
import type { CompiledMap, Problems } from "@meshpass/policy";

/** What came of a map's text: the map, stored as in force; everything that is wrong with it; or why it is not stored. */
export type Compilation = InForce | Problems | { readonly notStored: string };

export interface InForce {
  readonly map: CompiledMap;
  readonly number: number;
  /** Every service whose legacy credentials are dead for good. */
  readonly legacyCuts: readonly string[];
}

/** What a worker is started with. */
export interface CompileRequest {
  readonly bytes: Uint8Array;
  readonly storePath: string;
  /** The URL of the issuer, which is no service's audience. */
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** Of a token whose edge names no lifetime, in seconds. */
  readonly defaultLifetimeSeconds: number;
}

/** What the worker asks before it stores a map. Once it is told yes it is never ended; to be told nothing is its end. */
export const mayStore = "may store?";

/** Room for a map of a million edges; a text that needs more ends the worker, not the server. In MiB. */
const maxOldGenerationSizeMb = 2_048;

/**
 * Checks, compares and stores a map in a worker that ends afterwards, so that a large one never holds the event loop.
 * Aborting ends the worker, unless it was allowed to store the map: then it ends by itself, with the map stored and handed
 * back, so that what is stored as in force comes into force.
 *
 * @throws Error if the worker could not do its work: out of memory, or aborted.
 */
export async function compileMap(request: CompileRequest, signal: AbortSignal): Promise<Compilation> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./map-worker.ts", import.meta.url), {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb },
  });
  let isAllowed = false;
  const end = (): void => {
    if (!isAllowed) void worker.terminate();
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.on("message", (message: Compilation | typeof mayStore) => {
        if (message !== mayStore) return resolve(message);
        if (signal.aborted) return;
        isAllowed = true;
        worker.postMessage("yes");
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the map's worker ended early, code ${code}`)));
    });
  } finally {
    signal.removeEventListener("abort", end);
  }
}
