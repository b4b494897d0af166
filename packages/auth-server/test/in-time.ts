/**
 * What `work` gave, and after how many ms. Where that is not below `limitMs` it is done again, three times in all: a busy
 * machine may hold up any one of them.
 */
export async function inTime<T>(limitMs: number, work: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  for (let tries = 1; ; tries++) {
    const begun = performance.now();
    const result = await work();
    const ms = Math.round(performance.now() - begun);
    if (ms < limitMs || tries === 3) return { result, ms };
  }
}
