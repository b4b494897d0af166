import { type DroppedAtCore, escapeDeceptive, isKid, isWithdrawAnswer, paths } from "@meshpass/protocol";
import { changeByOperator } from "../ask-operator.ts";
import { awaitCut, type CutInput, reportCut } from "../cuts/send-cut.ts";
import { orNoSuch } from "../or-no-such.ts";
import { type Report, usageError } from "../report.ts";

/** What `meshpass keys withdraw` works on. */
export interface WithdrawInput extends CutInput {
  readonly kid: string;
}

/**
 * Ends every token of a key for good, waits until every receiver has read that, and says what ends with it and what the
 * core could not be made to do.
 *
 * @throws OperatorError
 */
export async function withdrawKey(input: WithdrawInput): Promise<Report> {
  const { kid } = input;
  if (!isKid(kid)) return usageError(`${escapeDeceptive(kid)} is no kid; pnpm meshpass keys list`);
  return orNoSuch("unknown_key", `there is no key ${kid}; pnpm meshpass keys list`, () => withdraw(input));
}

async function withdraw(input: WithdrawInput): Promise<Report> {
  const { kid, format, watch } = input;
  const request = { method: "DELETE", path: `${paths.keys}/${kid}` } as const;
  const sent = await awaitCut(input, () => changeByOperator(watch.operator, request, isWithdrawAnswer));
  const done = `${kid} is withdrawn: every token that it signed is dead, and it is never published or trusted again`;
  const remarks = [...(kid.startsWith("s-") ? staticEnds : []), ...describeCore(kid, sent.answer.atCore)];
  return reportCut(format, sent, [done], remarks);
}

const staticEnds = [
  "every credential is dead with it: issue each anew (pnpm meshpass credentials issue SERVICE); development ones are made by themselves, but not of a service that was cut",
];

function describeCore(kid: string, atCore: DroppedAtCore): readonly string[] {
  if (atCore === "dropped") return ["the core has deleted it, and signs with another key"];
  const until = "nobody gets a token that it would sign";
  if (atCore === "core_unavailable") {
    return [
      `the core could not be reached to delete it: the auth server tries again every 10 s, and until then ${until}`,
    ];
  }
  const table = kid.startsWith("s-") ? "jwt_signing_keys" : "session_access_token_signing_keys";
  return [
    `this core has no interface to delete a key: as long as it signs with it, ${until}`,
    `delete its row from ${table} in the core's database, and restart the core`,
  ];
}
