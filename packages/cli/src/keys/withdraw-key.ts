import { escapeDeceptive } from "@meshpass/policy";
import { isKid, paths } from "@meshpass/protocol";
import { hasFields, isText, readAnswer } from "../answer-shape.ts";
import { type CutAnswer, type CutInput, reportCut, sendCut } from "../cuts/send-cut.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";
import { type Report, usageError } from "../report.ts";

/** What `meshpass keys withdraw` works on. */
export interface WithdrawInput extends CutInput {
  readonly kid: string;
}

interface Withdrawn extends CutAnswer {
  readonly withdrawn: string;
  readonly at: number;
  /** `dropped`, `not_supported_by_core` or `core_unavailable`. */
  readonly atCore: string;
}

const isWithdrawn = hasFields({ withdrawn: isText, atCore: isText });

/**
 * Ends every token of a key for good, waits until every receiver has read that, and says what ends with it and what the
 * core could not be made to do.
 *
 * @throws OperatorError, also for a kid that nobody knows
 */
export async function withdrawKey(input: WithdrawInput): Promise<Report> {
  const { kid, format, watch } = input;
  if (!isKid(kid)) return usageError(`${escapeDeceptive(kid)} is no kid; see keys list`);
  const sent = await sendCut<Withdrawn>(input, async () =>
    readAnswer<Withdrawn>(await call(watch.operator, kid), isWithdrawn),
  );
  const done = `${kid} is withdrawn: every token that it signed is dead, and it is never published or trusted again`;
  const remarks = [...(kid.startsWith("s-") ? staticEnds : []), ...describeCore(kid, sent.answer.atCore)];
  return reportCut(format, sent, [done], remarks);
}

async function call(client: OperatorClient, kid: string): Promise<unknown> {
  try {
    return await client.call("DELETE", `${paths.keys}/${kid}`);
  } catch (error) {
    if (!(error instanceof OperatorError) || error.code !== "unknown_key") throw error;
    throw new OperatorError("no key with this kid is known; see keys list", error.code);
  }
}

const staticEnds = [
  "every credential is dead with it: issue each anew (pnpm meshpass credentials issue SERVICE); development ones are made by themselves",
];

function describeCore(kid: string, atCore: string): readonly string[] {
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
