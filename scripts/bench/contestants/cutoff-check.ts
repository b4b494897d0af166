import { setTimeout as sleep } from "node:timers/promises";
import { issuerName, paths } from "@meshpass/protocol";
import { createVerifier, remoteCutoffs, remoteKeys, type Verifier } from "@meshpass/verifier";
import { median } from "../measure/summary.ts";
import { answerParent } from "../stage/answer-parent.ts";

export interface CutoffQuestion {
  readonly authServer: string;
  /** For m2. */
  readonly tokens: readonly string[];
  readonly rounds: number;
}

/** What the check adds to one token that was seen before, round by round, in microseconds of CPU. */
export interface CutoffAnswer {
  readonly addedMicros: readonly number[];
}

const repeats = 30;
const turnsARound = 5;

/** Tokens as requests bring them: each a string of its own, whose hash nobody has computed yet. */
const asReceived = (tokens: readonly string[]): string[] => tokens.map((token) => Buffer.from(token).toString());

/** Of one token, in microseconds. */
function costOf(verifier: Verifier, tokens: readonly string[]): number {
  const received = Array.from({ length: repeats }, () => asReceived(tokens)).flat();
  const before = process.cpuUsage();
  for (const token of received)
    if (verifier.verify(token) instanceof Promise) throw new Error("a token was not remembered");
  const { user, system } = process.cpuUsage(before);
  return (user + system) / received.length;
}

/** Verifies with and without the feed by turns, in one process, since the difference is far below that of two. */
async function measure({ authServer, tokens, rounds }: CutoffQuestion): Promise<CutoffAnswer> {
  const keys = remoteKeys({ url: new URL(paths.jwks, authServer).href });
  const cutoffs = remoteCutoffs({ url: new URL(paths.cutoffs, authServer).href, keys });
  const rules = { issuers: [issuerName], audience: "m2", kind: "access", keys } as const;
  const [bare, heeding] = [createVerifier(rules), createVerifier({ ...rules, cutoffs })];
  await keys.refresh();
  while (!cutoffs.ready()) await sleep(10);
  for (const token of tokens) for (const verifier of [bare, heeding]) await verifier.verify(token);
  const pairs: number[] = [];
  for (let turn = 0; turn < rounds * turnsARound; turn += 1) {
    pairs.push(-costOf(bare, tokens) + costOf(heeding, tokens));
    // A process that never comes to its timers counts as frozen.
    await sleep(1);
  }
  await cutoffs.close();
  keys.close();
  const ofRound = (round: number) => median(pairs.slice(round * turnsARound, (round + 1) * turnsARound));
  return { addedMicros: Array.from({ length: rounds }, (_, round) => ofRound(round)) };
}

answerParent(measure);
