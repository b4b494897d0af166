import {
  type CredentialAnswer,
  escapeDeceptive,
  isCredentialAnswer,
  isSecretAnswer,
  type SecretAnswer,
} from "@meshpass/protocol";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";
import { dayOf } from "./day-of.ts";
import { type CredentialOrder, doubtOf, orderCredential } from "./order-credential.ts";

/** What `meshpass credentials issue` works on where the server makes what is secret: a JWT, or a client secret. */
export interface IssueInput extends CredentialOrder {
  readonly type: "jwt" | "secret";
  /** Where it goes; undefined prints it instead. */
  readonly path: string | undefined;
  readonly format: OutputFormat;
  readonly write: (path: string, text: string) => Promise<void>;
}

/**
 * Has the auth server make a JWT or a secret and puts it where the service reads it, 0600. It is printed only when that is
 * asked for; whoever sees it can be the service until it ends.
 *
 * @throws OperatorError
 */
export async function issueCredential(input: IssueInput): Promise<Report> {
  const { type, path, format, write } = input;
  if (type === "secret") return orderCredential(input, { type }, isSecretAnswer, report);
  return orderCredential(input, {}, isCredentialAnswer, report);

  async function report(issued: CredentialAnswer | SecretAnswer): Promise<Report> {
    try {
      if (path !== undefined) await write(path, `${secretOf(issued)}\n`);
    } catch (error) {
      return { lines: [unwritten(issued, error)], exitCode: 1, isError: true };
    }
    return { lines: format === "json" ? [json(input, issued)] : describe(input, issued), exitCode: 0 };
  }
}

type Issued = CredentialAnswer | SecretAnswer;

const secretOf = (issued: Issued): string => (issued.type === "jwt" ? issued.token : issued.clientSecret);

/** Nobody has the credential, but it is good: the operator must be able to end it. */
const unwritten = ({ jti }: Issued, error: unknown): string =>
  `${escapeDeceptive((error as Error).message)}; the credential was made all the same: credentials revoke ${jti}`;

function describe({ service, path }: IssueInput, issued: Issued): string[] {
  const doubt = doubtOf(service, issued);
  if (path === undefined) return [secretOf(issued), ...doubt];
  const { jti, expiresAt } = issued;
  // The jti of a secret must not be taken for it.
  const what = issued.type === "jwt" ? `credential ${jti}` : `secret (jti ${jti})`;
  return [escapeDeceptive(`${service}: ${what}, good until ${dayOf(expiresAt)}, in ${path}`), ...doubt];
}

function json({ service, path }: IssueInput, issued: Issued): string {
  if (path === undefined) return jsonLine({ ...issued, service });
  const shown = Object.entries(issued).filter(([name]) => name !== "token" && name !== "clientSecret");
  return jsonLine({ ...Object.fromEntries(shown), service, path });
}
