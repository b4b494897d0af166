import type { CredentialType } from "@meshpass/protocol";
import { type Command, Option } from "commander";
import { addCutService } from "../cuts/add-cuts.ts";
import { cutExitCodes } from "../cuts/cut-exit-codes.ts";
import { outputOption } from "../output-option.ts";
import type { Outside } from "../outside.ts";
import { waitOption } from "../receivers/wait-option.ts";
import { type OutputFormat, type Report, usageError } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";
import { issueCredential } from "./issue-credential.ts";
import { issueKey } from "./issue-key.ts";
import { listCredentials } from "./list-credentials.ts";
import { revokeCredential } from "./revoke-credential.ts";

type Options = { readonly output: OutputFormat };
type IssueOptions = Options & {
  readonly type: CredentialType;
  readonly publicKey?: string;
  readonly lifetime?: string;
  readonly out?: string;
  readonly print?: true;
};
type RevokeOptions = Options & { readonly keepTokens?: boolean; readonly wait: number };

/** Adds the commands that ask the operator interface: `credentials issue|list|revoke|cut`. */
export function addCredentials(program: Command, outside: Outside): void {
  const credentials = program.command("credentials").description("what services prove themselves with");
  addIssue(credentials, outside);
  credentials
    .command("list [service]")
    .description("say which credentials there are, without showing any")
    .addOption(outputOption())
    .action((service: string | undefined, { output }: Options) => {
      const input = { service, nowSeconds: outside.nowSeconds(), format: output, client: outside.operator };
      return report(outside, () => listCredentials(input));
    });
  addRevoke(credentials, outside);
  addCutService(credentials, outside);
}

function addIssue(credentials: Command, outside: Outside): void {
  credentials
    .command("issue <service>")
    .description("make a credential and put it where the service reads it")
    .addOption(
      new Option("--type <type>", "a token, a client secret, or the service's own key")
        .choices(["jwt", "secret", "key"])
        .default("jwt"),
    )
    .option("--public-key <file>", "the service's key, PEM or JWK, - for standard input")
    .option("--lifetime <time>", "how long it is good: 12h, 30d; at most 365d, 90d by default")
    .option("--out <file>", "where to put it, instead of the state folder")
    .option("--print", "print it instead of writing it")
    .addOption(outputOption())
    .action((service: string, options: IssueOptions) => report(outside, () => issue(outside, service, options)));
}

async function issue(outside: Outside, service: string, options: IssueOptions): Promise<Report> {
  const { type, publicKey: file, lifetime, out, print, output: format } = options;
  const order = { service, lifetime, format, nowSeconds: outside.nowSeconds(), client: outside.operator };
  if (type !== "key") {
    if (file !== undefined) return usageError("--public-key belongs to --type key");
    const path = print === true ? undefined : (out ?? outside.credentialPath(service, type));
    return issueCredential({ ...order, type, path, write: outside.writeSecret });
  }
  if (file === undefined) return usageError("--type key needs --public-key FILE: PEM (BEGIN PUBLIC KEY) or a JWK");
  if (out !== undefined || print === true) return usageError("of a key nothing is written: no --out and no --print");
  return issueKey({ ...order, file, open: outside.open });
}

function addRevoke(credentials: Command, outside: Outside): void {
  credentials
    .command("revoke <jti>")
    .summary("end one credential, and the tokens of its service")
    .description(`End one credential, and the tokens of its service. ${cutExitCodes}`)
    .option("--keep-tokens", "let the tokens of its service live out their minutes")
    .addOption(waitOption())
    .addOption(outputOption())
    .action((jti: string, { keepTokens = false, wait, output }: RevokeOptions) => {
      const input = { jti, keepTokens, waitMs: wait, format: output, watch: outside };
      return report(outside, () => revokeCredential(input));
    });
}

const report = (outside: Outside, run: () => Promise<Report>): Promise<void> => reportOutcome(outside.print, run);
