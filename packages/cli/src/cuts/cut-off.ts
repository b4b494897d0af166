import { type CutAnswer, paths, type WantedCut } from "@meshpass/protocol";
import { countNoun } from "../count-noun.ts";
import type { Report } from "../report.ts";
import { describeUnknownNames } from "./describe-unknown-names.ts";
import { isBlocked, listBlocksIfPossible } from "./list-blocks.ts";
import { type CutInput, reportCut, sendCut } from "./send-cut.ts";

/** What `meshpass cut` works on. */
export interface CutOffInput extends CutInput {
  readonly wanted: WantedCut;
  /** Says a line before anything is done. */
  readonly warn: (line: string) => void;
}

/**
 * Ends the tokens that exist, and the credentials of a whole service, and says who has read that. It stops no new tokens.
 *
 * @throws OperatorError
 */
export async function cutOff(input: CutOffInput): Promise<Report> {
  const { wanted, format, warn } = input;
  if ("everything" in wanted) warn("every caller will ask for a new token at once");
  const sent = await sendCut(input, { method: "POST", path: paths.cuts, body: wanted });
  const remarks = format === "json" ? [] : await describeWhatGoesOn(input, sent.answer);
  const done = [
    ...describeDone(wanted, sent.answer),
    ...describeUnknownNames(sent.answer.notInMap, "the cut is made all the same"),
  ];
  return reportCut(format, sent, done, remarks);
}

function describeDone(wanted: WantedCut, { credentialsEnded = 0 }: CutAnswer): readonly string[] {
  if ("service" in wanted) {
    const ended = `${countNoun(credentialsEnded, "credential")} ${credentialsEnded === 1 ? "is" : "are"} dead`;
    return [`${wanted.service}: ${ended}, and any made straight at the core for good; its tokens are cut`];
  }
  if ("caller" in wanted) return [`the tokens of ${wanted.caller} for ${wanted.target} are cut`];
  if ("target" in wanted) return [`all tokens for ${wanted.target} are cut`];
  return ["jti" in wanted ? `the token ${wanted.jti} is cut` : "all tokens are cut"];
}

/** A cut ends what exists: whoever wanted more than that has to know. */
async function describeWhatGoesOn({ wanted, watch }: CutOffInput, answer: CutAnswer): Promise<readonly string[]> {
  if ("service" in wanted && answer.notInMap?.length === 0) {
    const { service } = wanted;
    return [`the map still names ${service}: a new credential would work (pnpm meshpass credentials issue ${service})`];
  }
  if (!("caller" in wanted) || !answer.mapAllows) return [];
  const { caller, target } = wanted;
  if (isBlocked(await listBlocksIfPossible(watch.operator), caller, target)) return [];
  const stop = `pnpm meshpass block ${caller} ${target} stops that`;
  return [`the map still allows ${caller} to call ${target}: new tokens are given out; ${stop}`];
}
