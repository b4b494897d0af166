import type { Generator, Request } from "../load/job.ts";
import { cpuBetween, readCpuTime } from "./cpu-time.ts";
import type { Contestant, Piece } from "./interleave.ts";

/** A server under load, and how its answers are known to be right. */
export interface DrivenServer {
  readonly name: string;
  readonly port: number;
  /** All processes that work for it. */
  readonly pids: readonly number[];
  readonly requests: readonly Request[];
  /** Rejects if one of these bodies is not what was asked for. */
  readonly check: (bodies: readonly string[]) => Promise<void> | void;
}

/** What was measured means nothing: an answer was an error, or not what it claims to be. */
export class InvalidMeasurement extends Error {
  constructor(name: string, why: string) {
    super(`${name}: ${why}`);
    this.name = "InvalidMeasurement";
  }
}

/** `server` as a contestant: what an answer costs it while `generator` drives it as fast as it can, over 16 connections. */
export const driveServer = (generator: Generator, server: DrivenServer, connections = 16): Contestant => ({
  name: server.name,
  measure: async (seconds): Promise<Piece> => {
    const { name, port, pids, requests, check } = server;
    const before = readCpuTime(pids);
    const driven = await generator.drive({ port, requests, connections, seconds });
    const cpu = cpuBetween(before, readCpuTime(pids));
    refuseErrors(name, driven);
    await checkAll(name, check, driven.samples);
    const { good, p99Ms, idle } = driven;
    return { cpuMicros: cpu / good, perSecond: good / driven.seconds, p99Ms, idle };
  },
});

/** @throws InvalidMeasurement if any answer was not a good one, or there was none. */
export function refuseErrors(
  name: string,
  { good, bad }: { good: number; bad: Readonly<Record<string, number>> },
): void {
  const names = Object.entries(bad).map(([what, count]) => `${count} x ${what}`);
  if (names.length > 0) throw new InvalidMeasurement(name, `of ${good} answers some were errors: ${names.join(", ")}`);
  if (good === 0) throw new InvalidMeasurement(name, "not one answer");
}

async function checkAll(name: string, check: DrivenServer["check"], samples: readonly string[]): Promise<void> {
  if (samples.length === 0) throw new InvalidMeasurement(name, "no sample of its answers");
  try {
    await check(samples);
  } catch (error) {
    throw new InvalidMeasurement(name, `an answer is wrong: ${(error as Error).message}`);
  }
}
