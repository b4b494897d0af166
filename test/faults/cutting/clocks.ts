import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

type ProcessName = "embedded-core" | "auth-server" | "m1" | "m2" | "m3";

/** By how much the wall clock of a process is off, in ms. */
export type ClockShifts = Readonly<Partial<Record<ProcessName, number>>>;

/** The wall clocks of the processes of a mesh. */
export interface Clocks {
  /** For the environment of the mesh. */
  readonly env: NodeJS.ProcessEnv;
  /** Sets some of them while the mesh runs; resolves once they are. */
  set(shifts: ClockShifts): Promise<void>;
}

/** A process looks at its clock's file this often, in ms, with room to spare. */
const noticedMs = 100;

/** Clocks that are kept in `folder`, and begin with `shifts`. */
export function createClocks(folder: string, shifts: ClockShifts): Clocks {
  mkdirSync(folder, { recursive: true });
  const write = (some: ClockShifts): void => {
    for (const [name, shiftMs] of Object.entries(some)) {
      const file = join(folder, name);
      writeFileSync(`${file}.new`, String(shiftMs));
      renameSync(`${file}.new`, file);
    }
  };
  write(shifts);
  const load = `--import=${pathToFileURL(join(import.meta.dirname, "shift-clock.ts")).href}`;
  return {
    env: { NODE_OPTIONS: load, MESHPASS_TEST_CLOCKS: folder },
    set: async (some) => {
      write(some);
      await sleep(noticedMs);
    },
  };
}
