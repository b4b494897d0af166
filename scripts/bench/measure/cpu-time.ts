import { readdirSync, readFileSync } from "node:fs";

/** What processes have used of the CPU so far. */
export interface CpuTime {
  /** By thread, in microseconds, exactly. */
  readonly threads: ReadonlyMap<string, number>;
  /** Of all, ended threads included, in microseconds, counted in ticks of 10 ms. */
  readonly total: number;
}

/** Linux counts in this many to the second, whatever the machine (USER_HZ). */
const ticksPerSecond = 100;

/**
 * What `pids` have used so far, all their threads included, from `/proc/<pid>/stat` and, since that counts in ticks of
 * 10 ms, from the `schedstat` of each thread.
 *
 * @throws Error if one of them has ended.
 */
export function readCpuTime(pids: readonly number[], proc = "/proc"): CpuTime {
  const threads = new Map<string, number>();
  for (const pid of pids)
    for (const thread of readdirSync(`${proc}/${pid}/task`)) {
      const text = readUnlessGone(`${proc}/${pid}/task/${thread}/schedstat`);
      if (text !== undefined) threads.set(`${pid}/${thread}`, Number(text.split(" ")[0]) / 1_000);
    }
  const totals = pids.map((pid) => parseStat(readFileSync(`${proc}/${pid}/stat`, "utf8")));
  return { threads, total: totals.reduce((sum, each) => sum + each, 0) };
}

/** What was used from `before` to `after`, in microseconds. */
export function cpuBetween(before: CpuTime, after: CpuTime): number {
  const hasLostThreads = [...before.threads.keys()].some((thread) => !after.threads.has(thread));
  if (hasLostThreads || after.threads.size === 0) return after.total - before.total;
  let sum = 0;
  for (const [thread, micros] of after.threads) sum += micros - (before.threads.get(thread) ?? 0);
  return sum;
}

/** User and system time from the text of `/proc/<pid>/stat` (proc_pid_stat(5)), whatever the process calls itself. */
function parseStat(text: string): number {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000_000;
}

/** Threads come and go. */
function readUnlessGone(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
