/** A process that is about to be started. */
interface Spawning {
  readonly args: readonly string[];
  env: Readonly<Record<string, string>>;
}

// tap has every process that a test starts load tap's own code first, by its environment, to measure it. Those under
// Node's permission model may not read that code, and must start as they do outside of tests.
const hooks: { listeners: ((spawning: Spawning) => void)[] } = Reflect.get(
  globalThis,
  Symbol.for("process-on-spawn@*:singletonId"),
);

hooks.listeners.push((spawning) => {
  if (!spawning.args.includes("--permission")) return;
  const given = Object.entries(spawning.env).filter(([name]) => !/^(?:NODE_OPTIONS$|_TAPJS_)/.test(name));
  spawning.env = Object.fromEntries(given);
});
