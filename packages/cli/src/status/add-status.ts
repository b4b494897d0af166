import type { Command } from "commander";
import type { Outside } from "../create-program.ts";
import { outputOption } from "../output-option.ts";
import { forgetReceiver } from "../receivers/forget-receiver.ts";
import type { OutputFormat } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";
import { showStatus } from "./show-status.ts";

/** Adds `meshpass status`, and `forget` for what it shows of receivers that are gone. */
export function addStatus(program: Command, { operator, paint, print }: Outside): void {
  program
    .command("status")
    .description(
      "say how it stands with the auth server, its map and who verifies its tokens; exit code 0 ready, 1 not, 2 no answer",
    )
    .addOption(outputOption())
    .action(({ output }: { readonly output: OutputFormat }) =>
      reportOutcome(print, 2, () => showStatus({ format: output, paint, client: operator })),
    );
  program
    .command("forget <service> <instance>")
    .description("wait no more for a receiver that was killed; the beginning of its instance will do")
    .addOption(outputOption())
    .action((service: string, instance: string, { output }: { readonly output: OutputFormat }) =>
      reportOutcome(print, 2, () => forgetReceiver({ service, instance, format: output, client: operator })),
    );
}
