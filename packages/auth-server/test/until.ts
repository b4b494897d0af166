import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `holds`, looking every few milliseconds; a test that waits in vain fails after `withinMs`. */
export async function until(holds: () => unknown, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`in ${withinMs} ms it did not come true: ${holds}`);
    await sleep(10);
  }
}
