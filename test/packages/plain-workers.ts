import { syncBuiltinESMExports } from "node:module";
import workers, { Worker, type WorkerOptions } from "node:worker_threads";

const { NODE_OPTIONS: _, ...env } = process.env;

/** A worker inherits tap's hooks and its measuring, which cost more CPU time than a small map. */
class PlainWorker extends Worker {
  constructor(file: string | URL, options: WorkerOptions = {}) {
    super(file, { execArgv: [], env, ...options });
  }
}

/** Has the workers that this process starts from now on load nothing of tap's: what they run is not measured. */
export function startPlainWorkers(): void {
  Object.assign(workers, { Worker: PlainWorker });
  syncBuiltinESMExports();
}
