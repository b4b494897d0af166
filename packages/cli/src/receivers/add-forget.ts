import type { Command } from "commander";
import { outputOption } from "../output-option.ts";
import type { Outside } from "../outside.ts";
import { type OutputFormat, type Report, usageError } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";
import { forgetReceiver } from "./forget-receiver.ts";
import { forgetSilent } from "./forget-silent.ts";

interface Words {
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly silent?: true;
  readonly output: OutputFormat;
}

/** Adds `meshpass forget`, for the receivers that `status` shows and that are gone. */
export function addForget(program: Command, { operator: client, print }: Outside): void {
  const run = ({ service, instance, silent, output: format }: Words): Promise<Report> => {
    if (service === undefined ? !silent : instance !== undefined && silent) {
      return Promise.resolve(usageError("say whom to forget: SERVICE INSTANCE, SERVICE or --silent"));
    }
    return service !== undefined && instance !== undefined
      ? forgetReceiver({ service, instance, format, client })
      : forgetSilent({ service, format, client });
  };
  program
    .command("forget [service] [instance]")
    .summary("stop waiting for receivers that are gone")
    .description(
      "Stop waiting for a receiver that is gone; the first characters of INSTANCE are enough. Without INSTANCE it is every " +
        "receiver of the service that is silent. Exit code 0 done, 1 there is none, 2 no answer.",
    )
    .option("--silent", "forget all that are silent, of every service or of SERVICE")
    .addOption(outputOption())
    .action((service: string | undefined, instance: string | undefined, options: Omit<Words, "service" | "instance">) =>
      reportOutcome(print, () => run({ ...options, service, instance })),
    );
}
