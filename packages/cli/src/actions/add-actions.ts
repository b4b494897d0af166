import { type Command, InvalidArgumentError } from "commander";
import { outputOption } from "../output-option.ts";
import type { Outside } from "../outside.ts";
import type { OutputFormat } from "../report.ts";
import { reportOutcome } from "../report-outcome.ts";

interface Options {
  readonly caller: string;
  readonly target: string;
  readonly scope?: readonly string[];
  readonly metadata?: ReadonlyMap<string, string>;
  readonly output: OutputFormat;
}

/** Adds the commands for the operator's actions. */
export function addActions(program: Command, outside: Outside): void {
  program
    .command("actions")
    .description("Try the actions that have a say in tokens.")
    .command("test <path>")
    .summary("run actions on a request that is made up")
    .description(
      "Run one file of actions, or a folder of them, on a request for a token that is made up, without a server. " +
        "Exit code 0 allowed, 1 denied, 2 an error: the auth server would give out no token.",
    )
    .requiredOption("--caller <name>", "who asks for the token")
    .requiredOption("--target <name>", "whom it is for")
    .option("--scope <names>", "what it may do, separated by commas", readScopes)
    .option("--metadata <name=value...>", "metadata of the caller, as often as needed", addMetadata)
    .addOption(outputOption())
    .action((path: string, { caller, target, scope: scopes = [], metadata = new Map(), output: format }: Options) => {
      const { paint, openActions: open } = outside;
      return reportOutcome(outside.print, async () => {
        // What runs actions is large, and only this command does.
        const { testActions } = await import("./test-actions.ts");
        return testActions({ path, caller, target, scopes, metadata, format, paint, open });
      });
    });
}

const readScopes = (text: string): readonly string[] => text.split(/[\s,]+/).filter((scope) => scope !== "");

function addMetadata(pair: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must be NAME=VALUE.");
  return new Map([...before, [name, value]]);
}
