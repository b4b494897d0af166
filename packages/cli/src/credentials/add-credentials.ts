import type { Command } from "commander";
import type { Outside } from "../create-program.ts";
import { addCutService } from "../cuts/add-cuts.ts";
import { cutExitCodes } from "../cuts/cut-exit-codes.ts";
import { outputOption } from "../output-option.ts";
import { waitOption } from "../receivers/wait-option.ts";
import type { OutputFormat, Report } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";
import { issueCredential } from "./issue-credential.ts";
import { listCredentials } from "./list-credentials.ts";
import { revokeCredential } from "./revoke-credential.ts";

type Options = { readonly output: OutputFormat };
type IssueOptions = Options & { readonly lifetime?: string; readonly out?: string; readonly print?: true };
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
    .option("--lifetime <time>", "how long it is good: 12h, 30d; at most 365d, 90d by default")
    .option("--out <file>", "where to put it, instead of the state folder")
    .option("--print", "print it instead of writing it")
    .addOption(outputOption())
    .action((service: string, { lifetime, out, print, output }: IssueOptions) => {
      const path = print === true ? undefined : (out ?? outside.credentialPath(service));
      const input = { service, lifetime, path, format: output, client: outside.operator, write: outside.writeSecret };
      return report(outside, () => issueCredential(input));
    });
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
