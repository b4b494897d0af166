import type { Timers } from "../timers.ts";

/** How {@link watchChanges} looks, and what it does. */
export interface Watch {
  /** A text that differs whenever what is watched may. */
  readonly fingerprint: () => Promise<string>;
  /** Awaited before the next look. Must not throw. */
  readonly onChange: () => Promise<void>;
  readonly timers: Timers;
  /** Between two looks, in ms. */
  readonly pollMs: number;
}

/**
 * Calls `onChange` once the print is another than `handled` and two looks at it agree, so that a file is not read in the
 * middle of being written. What cannot be looked at is a print of its own. Returns what ends the watching.
 */
export function watchChanges({ fingerprint, onChange, timers, pollMs }: Watch, handled: string): () => void {
  let latest = handled;
  let done = handled;
  let isOver = false;
  let timer: ReturnType<Timers["setTimeout"]>;

  async function look(): Promise<void> {
    const print = await fingerprint().catch((error: NodeJS.ErrnoException) => `unreadable ${error.code}`);
    if (print !== done && print === latest && !isOver) {
      done = print;
      await onChange();
    }
    latest = print;
    if (!isOver) wait();
  }

  function wait(): void {
    timer = timers.setTimeout(() => void look(), pollMs);
  }

  wait();
  return () => {
    isOver = true;
    timers.clearTimeout(timer);
  };
}
