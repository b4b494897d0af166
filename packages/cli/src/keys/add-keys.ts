import type { Command } from "commander";
import { cutExitCodes } from "../cuts/cut-exit-codes.ts";
import { outputOption } from "../output-option.ts";
import type { Outside } from "../outside.ts";
import { waitOption } from "../receivers/wait-option.ts";
import type { OutputFormat } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";
import { listKeys } from "./list-keys.ts";
import { rotateKeys } from "./rotate-keys.ts";
import { withdrawKey } from "./withdraw-key.ts";

type Options = { readonly output: OutputFormat };
type WaitOptions = Options & { readonly wait: number };
type RotateOptions = WaitOptions & { readonly force?: boolean };

/** Adds the commands for the core's signing keys: `keys list|rotate|withdraw`. */
export function addKeys(program: Command, outside: Outside): void {
  const { operator, print } = outside;
  const keys = program.command("keys").description("what tokens are signed with");
  keys
    .command("list")
    .description("say which keys there are, and what each is good for")
    .addOption(outputOption())
    .action(({ output }: Options) => reportOutcome(print, () => listKeys(operator, output)));
  keys
    .command("rotate")
    .summary("sign with a new key once every receiver has it")
    .description(
      "Sign with a new key once every receiver has it. Exit code 0 done, 1 not all have it in time, 2 no answer.",
    )
    .addOption(waitOption(30))
    .option("--force", "sign with it at the end of the wait, whoever does not have it")
    .addOption(outputOption())
    .action(({ wait, force = false, output }: RotateOptions) =>
      reportOutcome(print, () => rotateKeys({ ...outside, waitMs: wait, force, format: output })),
    );
  keys
    .command("withdraw <kid>")
    .summary("end every token of a key that leaked, for good")
    .description(`End every token of a key that leaked, for good. ${cutExitCodes}`)
    .addOption(waitOption())
    .addOption(outputOption())
    .action((kid: string, { wait, output }: WaitOptions) =>
      reportOutcome(print, () => withdrawKey({ kid, waitMs: wait, format: output, watch: outside })),
    );
}
