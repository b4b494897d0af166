import { readFileSync } from "node:fs";

/** The memory of a process that is in RAM now, in MB (`VmRSS` of proc_pid_status(5)). */
export function residentMb(pid: number, proc = "/proc"): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`${proc}/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}
