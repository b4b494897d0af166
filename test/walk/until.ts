import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `check` gives something that is not false or undefined; fails the test's process after `ms`. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  ms = 20_000,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await (async () => check())().catch(() => undefined);
    if (value !== false && value !== undefined) return value as Exclude<T, undefined | false>;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(25);
  }
}
