import {
  escapeDeceptive,
  isPromoteAnswer,
  isStageAnswer,
  type KeyChange,
  type KeyList,
  paths,
  type Rotation,
  type Shape,
} from "@meshpass/protocol";
import { changeByOperator } from "../ask-operator.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";
import type { Outside } from "../outside.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import { describeBehind, describeHolders, describeProgress } from "./describe-rotation.ts";
import { readKeyList } from "./read-key-list.ts";

/** What `meshpass keys rotate` works on. */
export interface RotateInput extends Pick<Outside, "operator" | "nowSeconds" | "elapsedMs" | "sleep" | "progress"> {
  /** How long to wait for the receivers. */
  readonly waitMs: number;
  /** Whether the new key is to sign at the end of the wait, whoever does not have it. */
  readonly force: boolean;
  readonly format: OutputFormat;
}

/**
 * Publishes a new rotating key, waits until every live receiver has it, and lets it sign; a key that was staged before is
 * taken up. What is behind at the end of the wait is said with exit code 1, and the key stays staged.
 *
 * @throws OperatorError
 */
export async function rotateKeys(input: RotateInput): Promise<Report> {
  const startedMs = input.elapsedMs();
  const before = await readKeyList(input.operator);
  if (before.core !== "embedded") return { lines: [describeInability(before)], exitCode: 1, isError: true };
  const { staged } = await changeKeys(input.operator, { action: "stage" }, isStageAnswer);
  const rotation = await awaitReceivers(input, staged, startedMs);
  const tookMs = Math.round(input.elapsedMs() - startedMs);
  if (rotation.next === "wait") return describeUnfinished(input, rotation, tookMs);
  return describeDone(input, { rotation, tookMs, replaced: signerOf(before) });
}

const describeInability = ({ core }: KeyList): string =>
  core === "other"
    ? "this core has no interface to rotate a key: it replaces its rotating key by itself, each week unless it is told otherwise, and its static key never"
    : "the core does not answer, and nothing is changed; is it up?";

const signerOf = ({ keys }: KeyList): string | undefined =>
  keys.find(({ family, state }) => family === "rotating" && state === "signing")?.kid;

const pollMs = 100;

/** Lets the staged key sign as soon as it may; how far it is then, or at the end of the wait: with `wait` it does not sign. */
async function awaitReceivers(input: RotateInput, staged: string, startedMs: number): Promise<Rotation> {
  const { operator, elapsedMs, sleep, progress, nowSeconds, waitMs, force } = input;
  try {
    for (;;) {
      const { rotation = signing(staged) } = await readKeyList(operator);
      const leftMs = waitMs - (elapsedMs() - startedMs);
      const isOver = leftMs <= 0;
      if (rotation.next === "promote" || (isOver && force)) {
        if (await promote(operator, staged, isOver && force)) return { ...rotation, next: "promote" };
      }
      if (isOver) return rotation;
      progress(describeProgress(rotation, nowSeconds()));
      await sleep(Math.min(pollMs, leftMs));
    }
  } finally {
    progress("");
  }
}

/** Of a key that waits no more, since somebody else let it sign. */
const signing = (kid: string): Rotation => ({ kid, next: "promote", holding: 0, receivers: 0, behind: [] });

/** False if a receiver fell behind since it was asked after. */
async function promote(operator: OperatorClient, kid: string, force: boolean): Promise<boolean> {
  try {
    await changeKeys(operator, { action: "promote", kid, ...(force ? { force } : {}) }, isPromoteAnswer);
    return true;
  } catch (error) {
    if (error instanceof OperatorError && error.code === "receivers_behind") return false;
    throw error;
  }
}

const changeKeys = <T>(operator: OperatorClient, body: KeyChange, isAnswer: Shape<T>): Promise<T> =>
  changeByOperator(operator, { method: "POST", path: paths.keys, body }, isAnswer);

function describeUnfinished({ format, nowSeconds }: RotateInput, rotation: Rotation, tookMs: number): Report {
  const { kid, holding, receivers, behind } = rotation;
  if (format === "json") return { lines: [jsonLine({ staged: kid, holding, receivers, behind, tookMs })], exitCode: 1 };
  const lines = [
    `${describeHolders(rotation)} after ${inSeconds(tookMs)}, so it does not sign yet`,
    ...describeBehind(rotation, nowSeconds()).map((receiver) => `waiting for ${receiver}`),
    `it stays staged: pnpm meshpass keys rotate goes on with it, and with --force it signs all the same`,
  ];
  return { lines, exitCode: 1 };
}

interface Done {
  readonly rotation: Rotation;
  readonly tookMs: number;
  readonly replaced: string | undefined;
}

function describeDone({ format }: RotateInput, { rotation, tookMs, replaced }: Done): Report {
  const { kid, holding, receivers, behind } = rotation;
  if (format === "json") {
    return { lines: [jsonLine({ promoted: kid, replaced, holding, receivers, behind, tookMs })], exitCode: 0 };
  }
  const old =
    replaced === undefined || replaced === kid
      ? []
      : [`${escapeDeceptive(replaced)} stays published until its last token is dead`];
  return {
    lines: [`${escapeDeceptive(kid)} signs now, after ${inSeconds(tookMs)}; ${describeHolders(rotation)}`, ...old],
    exitCode: 0,
  };
}

const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
