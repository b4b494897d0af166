import { percentile } from "../measure/summary.ts";

const maxSamples = 20;
/** Sparse enough to cost nothing, dense enough that a server that goes wrong halfway is seen. */
const sampleEvery = 97;

/** Counts answers. */
export interface Tally {
  answer(status: number, body: () => string, ms: number): void;
  fail(name: string): void;
  result(): { good: number; bad: Record<string, number>; p99Ms: number; samples: string[] };
}

export function createTally(): Tally {
  const bad = new Map<string, number>();
  const samples: string[] = [];
  const times: number[] = [];
  let good = 0;
  const fail = (name: string): void => void bad.set(name, (bad.get(name) ?? 0) + 1);
  const answer = (status: number, body: () => string, ms: number): void => {
    times.push(ms);
    if (status !== 200) {
      fail(`status ${status}`);
      return;
    }
    // Of a long run the later ones take the places of the earlier.
    if (good % sampleEvery === 0) samples[(good / sampleEvery) % maxSamples] = body();
    good += 1;
  };
  return {
    answer,
    fail,
    result: () => ({ good, bad: Object.fromEntries(bad), p99Ms: percentile(times, 0.99), samples }),
  };
}
