import { syncBuiltinESMExports } from "node:module";
import workers, { Worker, type WorkerOptions } from "node:worker_threads";

/** A process that is about to be started. */
interface Spawning {
  env: Readonly<Record<string, string>>;
}

/** Where tap has every process that a test starts load its own code first, to measure it; undefined where tap runs nothing. */
const spawnHooks: { listeners: ((spawning: Spawning) => void)[] } | undefined = Reflect.get(
  globalThis,
  Symbol.for("process-on-spawn@*:singletonId"),
);

const withoutTap = (env: object) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:NODE_OPTIONS$|_TAPJS_)/.test(name)));

/** A worker inherits tap's hooks and its measuring, which cost more CPU time than a small map. */
class PlainWorker extends Worker {
  constructor(file: string | URL, options: WorkerOptions = {}) {
    super(file, { execArgv: [], env: withoutTap(process.env), ...options });
  }
}

/**
 * Has the workers and the processes that this process starts from now on load nothing of tap's, which takes them longer
 * than what most of them do: what they run is not measured.
 */
export function startPlainChildren(): void {
  Object.assign(workers, { Worker: PlainWorker });
  syncBuiltinESMExports();
  spawnHooks?.listeners.push((spawning) => {
    spawning.env = withoutTap(spawning.env);
  });
}
