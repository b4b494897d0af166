import { escapeDeceptive, isKeyAnswer, type KeyAnswer } from "@meshpass/protocol";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import type { OpenMap } from "../with-map.ts";
import { dayOf } from "./day-of.ts";
import { type CredentialOrder, doubtOf, orderCredential } from "./order-credential.ts";
import { readPublicKey } from "./read-public-key.ts";

/** What `meshpass credentials issue --type key` works on. */
export interface IssueKeyInput extends CredentialOrder {
  /** The file with the public key of the service, `-` for standard input. */
  readonly file: string;
  readonly open: OpenMap;
  readonly format: OutputFormat;
}

/**
 * Tells the auth server the public key of a service, which keeps the private half. A file that holds anything private is
 * refused before anything is sent.
 *
 * @throws OperatorError
 */
export async function issueKey(input: IssueKeyInput): Promise<Report> {
  const read = await readPublicKey(input.file, input.open);
  if ("problem" in read) return read.problem;
  const more = { type: "key", publicKey: read.publicKey } as const;
  return orderCredential(input, more, isKeyAnswer, async (issued) => ({
    lines: input.format === "json" ? [jsonLine(issued)] : describe(input, issued),
    exitCode: 0,
  }));
}

const describe = ({ service }: IssueKeyInput, issued: KeyAnswer): string[] => [
  escapeDeceptive(`${service}: key (jti ${issued.jti}), good until ${dayOf(issued.expiresAt)}`),
  escapeDeceptive(`its assertions may name it: kid ${issued.kid}`),
  ...doubtOf(service, issued),
];
