import type { Command } from "commander";
import { outputOption } from "../output-option.ts";
import type { Outside } from "../outside.ts";
import type { OutputFormat } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";
import { showStatus } from "./show-status.ts";

/** Adds `meshpass status`. */
export function addStatus(program: Command, { operator, paint, print }: Outside): void {
  program
    .command("status")
    .summary("say how it stands with the auth server")
    .description(
      "Say how it stands with the auth server, its map, who is blocked and who verifies its tokens. Exit code 0 ready, " +
        "1 not, 2 no answer.",
    )
    .addOption(outputOption())
    .action(({ output }: { readonly output: OutputFormat }) =>
      reportOutcome(print, () => showStatus({ format: output, paint, client: operator })),
    );
}
