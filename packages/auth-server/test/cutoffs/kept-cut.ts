import { endings } from "@meshpass/protocol";
import type { KeptCut } from "../../src/cutoffs/live-cuts.ts";

/** The cuts of `ends` numbered from 1, each edge of the caller that it names, each jti of `jtiCaller`. */
export const keptCuts = (ends: readonly string[], jtiCaller?: string): KeptCut[] =>
  ends.map((text, index) => {
    const [kind, name] = text.split(" ");
    const caller = kind === "edge" ? name : kind === "jti" ? jtiCaller : undefined;
    return { number: index + 1, ends: text, caller, leavesAt: undefined, map: undefined };
  });

/** `count` edges of `caller`. */
export const edgesOf = (caller: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => endings.edge(caller, `t${n}`));
