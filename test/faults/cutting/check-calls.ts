import { endings, formatGeneration } from "@meshpass/protocol";
import type { Test } from "tap";
import { type GuardedCall, type History, judgeCalls } from "./judge-calls.ts";

/** Fails the test for each way in which some of `calls` were answered wrong; comes with the first of them. */
export function checkCalls(t: Test, calls: readonly GuardedCall[], history: History): void {
  const { wronglyAllowed, wronglyRefused, mustPass, mustFail } = judgeCalls(calls, history);
  t.same(wronglyAllowed.slice(0, 5).map(inWords), [], `wrongly allowed: ${wronglyAllowed.length}`);
  t.same(wronglyRefused.slice(0, 5).map(inWords), [], `wrongly refused: ${wronglyRefused.length}`);
  t.ok(mustPass > 0 && mustFail > 0, "some had to pass, some had to fail");
  t.comment(`${calls.length} calls: ${mustPass} had to pass, ${mustFail} had to fail`);
}

const inWords = ({ receiver, token: { caller, target, gen }, sentAt, answeredAt, status }: GuardedCall) => {
  return { receiver, edge: endings.edge(caller, target), gen: formatGeneration(gen), sentAt, answeredAt, status };
};
