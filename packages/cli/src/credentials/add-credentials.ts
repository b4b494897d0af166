import type { Command } from "commander";
import type { Outside } from "../create-program.ts";
import { OperatorError } from "../operator-client.ts";
import { outputOption } from "../output-option.ts";
import type { OutputFormat, Report } from "../report.ts";
import { cutService, revokeCredential } from "./end-credentials.ts";
import { issueCredential } from "./issue-credential.ts";
import { listCredentials } from "./list-credentials.ts";

type Options = { readonly output: OutputFormat };
type IssueOptions = Options & { readonly lifetime?: string; readonly out?: string; readonly print?: true };

/** Adds the commands that ask the operator interface: `credentials issue|list|revoke|cut`, and `cut` by itself. */
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
  credentials
    .command("revoke <jti>")
    .description("end one credential")
    .addOption(outputOption())
    .action((jti: string, { output }: Options) =>
      report(outside, () => revokeCredential({ jti, format: output, client: outside.operator })),
    );
  for (const parent of [credentials, program]) addCut(parent, outside);
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

function addCut(parent: Command, outside: Outside): void {
  parent
    .command("cut <service>")
    .description("end every credential of a service")
    .addOption(outputOption())
    .action((service: string, { output }: Options) =>
      report(outside, () => cutService({ service, format: output, client: outside.operator })),
    );
}

/** Prints what `run` reports; what the auth server or the disk refused is one line and exit code 1. */
async function report(outside: Outside, run: () => Promise<Report>): Promise<void> {
  try {
    outside.print(await run());
  } catch (error) {
    const isForeseen = error instanceof OperatorError || (error as NodeJS.ErrnoException).code !== undefined;
    if (!isForeseen) throw error;
    outside.print({ lines: [(error as Error).message], exitCode: 1, isError: true });
  }
}
