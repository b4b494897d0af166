import type { Block } from "@meshpass/protocol";

/** The blocks of the store, in memory, so that a decision never waits for it. */
export interface Blocks {
  /** Whether an operator has stopped the tokens of `caller`, or of this edge, until further notice. */
  isBlocked(caller: string, target: string): boolean;
  list(): readonly Block[];
  /** Takes note of what the store has taken. */
  noteAdded(block: Block): void;
  noteRemoved(caller: string, target: string | undefined): void;
}

/** Holds `stored` and what is noted later. */
export function createBlocks(stored: readonly Block[]): Blocks {
  const blocks = new Map<string, Block>();
  const keyOf = (caller: string, target?: string): string => (target === undefined ? caller : `${caller} ${target}`);
  const noteAdded = (block: Block): void => void blocks.set(keyOf(block.caller, block.target), block);
  for (const block of stored) noteAdded(block);
  return {
    isBlocked: (caller, target) => blocks.size > 0 && (blocks.has(caller) || blocks.has(keyOf(caller, target))),
    list: () => [...blocks.values()],
    noteAdded,
    noteRemoved: (caller, target) => void blocks.delete(keyOf(caller, target)),
  };
}
