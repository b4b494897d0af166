import type { Command } from "commander";
import type { Outside } from "../create-program.ts";
import { outputOption } from "../output-option.ts";
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
    .action(({ output }: Options) => reportOutcome(print, 1, () => listKeys(operator, output)));
  keys
    .command("rotate")
    .description("sign with a new key once every receiver has it; exit code 0 done, 1 not all have it in time")
    .addOption(waitOption(30))
    .option("--force", "sign with it at the end of the wait, whoever does not have it")
    .addOption(outputOption())
    .action(({ wait, force = false, output }: RotateOptions) =>
      reportOutcome(print, 1, () => rotateKeys({ ...outside, waitMs: wait, force, format: output })),
    );
  keys
    .command("withdraw <kid>")
    .description(
      "end every token of a key that leaked, for good; exit code 1 if not every receiver has read it in time",
    )
    .addOption(waitOption())
    .addOption(outputOption())
    .action((kid: string, { wait, output }: WaitOptions) =>
      reportOutcome(print, 1, () => withdrawKey({ kid, waitMs: wait, format: output, watch: outside })),
    );
}
