import { createProgram, type Report } from "@meshpass/cli";
import { OperatorError } from "../src/operator-client.ts";
import { outside } from "./outside.ts";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

/** What the operator interface answers to `METHOD /path`: a value, an error, or one of these for each call; the last goes on. */
export type Answers = Readonly<Record<string, unknown>>;

/** Runs `meshpass` with these words against a fake operator interface, on a clock that only sleeping and calls move. */
export async function runMeshpass(words: readonly string[], answers: Answers, callMs = 0) {
  const calls: Call[] = [];
  const warnings: string[] = [];
  const progress: string[] = [];
  let elapsedMs = 1_000;
  let report: Report = { lines: [], exitCode: -1 };
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    calls.push({ method, path, body });
    elapsedMs += callMs;
    const answer = answers[`${method} ${path}`];
    const nth = calls.filter((each) => each.method === method && each.path === path).length - 1;
    const given = Array.isArray(answer) ? (answer[nth] ?? answer.at(-1)) : answer;
    if (given instanceof Error) throw given;
    return given;
  };
  const world = outside({
    nowSeconds: () => 10_000,
    print: (printed) => {
      report = printed;
    },
    operator: { call },
    warn: (line) => void warnings.push(`${line}, after ${calls.length} calls`),
    progress: (line) => void progress.push(line),
    elapsedMs: () => elapsedMs,
    sleep: async (ms) => {
      elapsedMs += ms;
    },
  });
  await createProgram(world).parseAsync(words, { from: "user" });
  return { report, calls, warnings, progress, json: () => JSON.parse(report.lines.join()) };
}

export const noAnswer = new OperatorError("the operator interface does not answer");
