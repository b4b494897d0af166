import { endings, formatGeneration } from "@meshpass/protocol";
import type { Test } from "tap";
import { isShort } from "../fault-length.ts";
import { type GuardedCall, type History, judgeCalls } from "./judge-calls.ts";

/**
 * A receiver that refuses on a stale feed hears of it four times a second, and refuses after a second without: of a machine
 * that stands still for so long it may hold back so many of its calls, while this is not run at full length.
 */
const mostHeldBack = isShort ? 0.05 : 0;

const isHeldBack = ({ receiver, status }: GuardedCall): boolean => status === 503 && receiver.endsWith("refuse");

/** Fails the test for each way in which some of `calls` were answered wrong; comes with the first of them. */
export function checkCalls(t: Test, calls: readonly GuardedCall[], history: History): void {
  const { wronglyAllowed, mustPass, mustFail, ...judged } = judgeCalls(calls, history);
  const wronglyRefused = judged.wronglyRefused.filter((call) => !isHeldBack(call));
  const heldBack = judged.wronglyRefused.length - wronglyRefused.length;
  const mayHoldBack = calls.filter(({ receiver }) => receiver.endsWith("refuse")).length * mostHeldBack;
  t.same(wronglyAllowed.slice(0, 5).map(inWords), [], `wrongly allowed: ${wronglyAllowed.length}`);
  t.same(wronglyRefused.slice(0, 5).map(inWords), [], `wrongly refused: ${wronglyRefused.length}`);
  t.ok(heldBack <= mayHoldBack, `held back by a receiver that heard nothing: ${heldBack}`);
  t.ok(mustPass > 0 && mustFail > 0, "some had to pass, some had to fail");
  t.comment(`${calls.length} calls: ${mustPass} had to pass, ${mustFail} had to fail`);
}

const inWords = ({ receiver, token: { caller, target, gen }, sentAt, answeredAt, status }: GuardedCall) => {
  return { receiver, edge: endings.edge(caller, target), gen: formatGeneration(gen), sentAt, answeredAt, status };
};
