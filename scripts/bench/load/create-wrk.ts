import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuBetween, readCpuTime } from "../measure/cpu-time.ts";
import type { Stage } from "../stage/create-stage.ts";
import type { Driven, Generator, Job } from "./job.ts";
import { resultMark, writeWrkScript } from "./write-wrk-script.ts";

/** wrk as a generator, or undefined where there is none. It keeps to no rate. */
export function createWrk(stage: Stage): Generator | undefined {
  // wrk prints its version and then its usage, with exit code 1.
  const { stdout } = spawnSync("wrk", ["-v"], { encoding: "utf8" });
  if (!/^wrk /.test(stdout ?? "")) return undefined;
  const folder = stage.folder();
  return { name: "wrk", drive: (job) => runWrk(stage, job, folder) };
}

interface WrkResult {
  readonly requests: number;
  readonly micros: number;
  readonly wrong: number;
  readonly broken: number;
  readonly p99Micros: number;
  readonly samples: string;
}

async function runWrk(stage: Stage, { port, requests, connections, seconds }: Job, folder: string): Promise<Driven> {
  const script = join(folder, "requests.lua");
  writeFileSync(script, writeWrkScript(requests));
  // Its shortest run is a second.
  const wholeSeconds = Math.max(1, Math.round(seconds));
  const args = ["-t1", `-c${connections}`, `-d${wholeSeconds}s`, "-s", script, `http://127.0.0.1:${port}`];
  const child = stage.keep(spawn("wrk", args, { stdio: ["ignore", "pipe", "inherit"] }));
  const idle = watchIdle(child.pid ?? 0, wholeSeconds);
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += String(chunk);
  });
  const [code] = await once(child, "close");
  const line = output.split("\n").find((each) => each.startsWith(resultMark));
  if (code !== 0 || line === undefined) throw new Error(`wrk ended with ${code}: ${output}`);
  return readResult(JSON.parse(line.slice(resultMark.length)), await idle);
}

/** What wrk's own figures are to the rest of the bench. */
export function readResult(result: WrkResult, idle: number): Driven {
  const { requests, micros, wrong, broken, p99Micros, samples } = result;
  return {
    good: requests - wrong,
    bad: { ...(wrong > 0 ? { "another status": wrong } : {}), ...(broken > 0 ? { "broken connection": broken } : {}) },
    seconds: micros / 1_000_000,
    idle,
    p99Ms: p99Micros / 1_000,
    samples: samples.split("\0").filter((body) => body !== ""),
  };
}

/** The share of most of its time in which its one thread did nothing, 0 to 1. */
async function watchIdle(pid: number, seconds: number): Promise<number> {
  const before = readCpuTime([pid]);
  const begun = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 900));
  const used = cpuBetween(before, readCpuTime([pid]));
  return Math.max(0, 1 - used / ((performance.now() - begun) * 1_000));
}
