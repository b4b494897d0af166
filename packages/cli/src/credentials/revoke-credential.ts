import { isKeptTokensAnswer, paths } from "@meshpass/protocol";
import { changeByOperator } from "../ask-operator.ts";
import { type CutInput, reportCut, sendCut } from "../cuts/send-cut.ts";
import { describeBadJti } from "../describe-bad-jti.ts";
import { orNoSuch } from "../or-no-such.ts";
import { jsonLine, type Report, usageError } from "../report.ts";

/** What `meshpass credentials revoke` works on. */
export interface RevokeInput extends CutInput {
  readonly jti: string;
  /** Leaves the access tokens of its service their minutes. */
  readonly keepTokens: boolean;
}

/**
 * Revokes one credential by its jti and cuts the access tokens of its service, those too that it got with another one:
 * which credential got a token is not known to a receiver.
 *
 * @throws OperatorError
 */
export async function revokeCredential(input: RevokeInput): Promise<Report> {
  const { jti } = input;
  const problem = describeBadJti(jti);
  if (problem !== undefined) return usageError(problem);
  const line = `there is no credential ${jti}; pnpm meshpass credentials list`;
  return orNoSuch("unknown_credential", line, () => revoke(input));
}

async function revoke(input: RevokeInput): Promise<Report> {
  const { jti, keepTokens, format, watch } = input;
  const path = `${paths.credentials}/${jti}`;
  if (keepTokens) {
    const request = { method: "DELETE", path: `${path}?keepTokens=true` } as const;
    await changeByOperator(watch.operator, request, isKeptTokensAnswer);
    const line = `${jti} is revoked: it gets no new token; those of its service live out their minutes`;
    return { lines: [format === "json" ? jsonLine({ revoked: jti, keptTokens: true }) : line], exitCode: 0 };
  }
  const sent = await sendCut(input, { method: "DELETE", path });
  return reportCut(format, sent, [`${jti} is revoked: it gets no new token, and those of its service are cut`], []);
}
