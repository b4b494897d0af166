import type { Command } from "commander";
import { outputOption } from "../output-option.ts";
import type { Outside } from "../outside.ts";
import { waitOption } from "../receivers/wait-option.ts";
import { type OutputFormat, type Report, usageError } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";
import { block } from "./block.ts";
import { cutExitCodes } from "./cut-exit-codes.ts";
import { cutOff } from "./cut-off.ts";
import { foreseeCut } from "./foresee-cut.ts";
import { showBlocks } from "./show-blocks.ts";
import { unblock } from "./unblock.ts";
import { type CutWords, readWantedCut } from "./wanted-cut.ts";

type Options = { readonly output: OutputFormat };
type WaitOptions = Options & { readonly wait: number };
type CutOptions = WaitOptions & { readonly dryRun?: true };
type WhichOptions = CutOptions & { readonly target?: string; readonly token?: string; readonly all?: true };

/** Adds the commands that take tokens away and give them back: `cut`, `block`, `unblock` and `blocks`. */
export function addCuts(program: Command, outside: Outside): void {
  addCut(program, outside);
  addBlock(program, outside);
  addUnblock(program, outside);
  program
    .command("blocks")
    .description("say who gets no tokens, and since when")
    .addOption(outputOption())
    .action(({ output }: Options) => {
      const input = { nowSeconds: outside.nowSeconds(), format: output, client: outside.operator };
      return report(outside, () => showBlocks(input));
    });
}

function addCut(program: Command, outside: Outside): void {
  program
    .command("cut [caller] [target]")
    .summary("end tokens: of an edge, a caller, a target")
    .description(`End the tokens of an edge, or all tokens and credentials of a caller. ${cutExitCodes}`)
    .option("--target <target>", "end all tokens for a target")
    .option("--token <jti>", "end one token")
    .option("--all", "end all tokens")
    .option("--dry-run", "say what would end, and do nothing")
    .addOption(waitOption())
    .addOption(outputOption())
    .action((caller: string | undefined, target: string | undefined, options: WhichOptions) => {
      const { target: onlyTarget, token: jti, all } = options;
      return report(outside, () => runCut(outside, { caller, target, onlyTarget, jti, all }, options));
    });
}

/** `credentials cut SERVICE` is `cut SERVICE`, where people look for it. */
export function addCutService(credentials: Command, outside: Outside): void {
  credentials
    .command("cut <service>")
    .summary("end every credential of a service, and its tokens")
    .description(`End every credential of a service, and its tokens: the same as cut SERVICE. ${cutExitCodes}`)
    .option("--dry-run", "say what would end, and do nothing")
    .addOption(waitOption())
    .addOption(outputOption())
    .action((caller: string, options: CutOptions) => report(outside, () => runCut(outside, { caller }, options)));
}

async function runCut(outside: Outside, words: CutWords, { dryRun, wait, output }: CutOptions): Promise<Report> {
  const wanted = readWantedCut(words);
  if ("problem" in wanted) return usageError(wanted.problem);
  if (dryRun) return foreseeCut({ wanted, format: output, client: outside.operator });
  return cutOff({ wanted, waitMs: wait, format: output, watch: outside, warn: outside.warn });
}

function addBlock(program: Command, outside: Outside): void {
  program
    .command("block <caller> [target]")
    .summary("give out no tokens for an edge or a caller")
    .description(`Give out no tokens for an edge, or none to a caller, and end those that exist. ${cutExitCodes}`)
    .addOption(waitOption())
    .addOption(outputOption())
    .action((caller: string, target: string | undefined, { wait, output }: WaitOptions) =>
      report(outside, () => block({ caller, target, waitMs: wait, format: output, watch: outside })),
    );
}

function addUnblock(program: Command, outside: Outside): void {
  program
    .command("unblock <caller> [target]")
    .summary("lift a block")
    .description("Lift a block. Exit code 0 done, 1 there is none, 2 no answer.")
    .addOption(outputOption())
    .action((caller: string, target: string | undefined, { output }: Options) =>
      report(outside, () => unblock({ caller, target, format: output, client: outside.operator })),
    );
}

const report = (outside: Outside, run: () => Promise<Report>): Promise<void> => reportOutcome(outside.print, run);
