import { escapeDeceptive } from "@meshpass/protocol";
import { Command } from "commander";
import { addActions } from "./actions/add-actions.ts";
import { cliVersion } from "./cli-version.ts";
import { addCredentials } from "./credentials/add-credentials.ts";
import { addCuts } from "./cuts/add-cuts.ts";
import { addKeys } from "./keys/add-keys.ts";
import { outputOption } from "./output-option.ts";
import type { Outside } from "./outside.ts";
import { addForget } from "./receivers/add-forget.ts";
import type { OutputFormat } from "./report.ts";
import { addStatus } from "./status/add-status.ts";

/** Half of what the tool takes to start, and who cuts a service off reads no map. */
const loadMapReaders = () => import("./map-readers.ts");

/** The command line of `meshpass`. Each command ends in one report; a usage error is thrown as a `CommanderError`. */
export function createProgram(outside: Outside): Command {
  const program = new Command("meshpass")
    .description("Ask who may call whom, and cut off who may not.")
    .version(cliVersion, "--version", "say which version this is")
    .helpOption("-h, --help", "say what can be written here")
    .helpCommand("help [command]", "say what can be written after a command")
    // Narrow terminals too: a column of names alone, and every description wrapped between words.
    .configureHelp({ subcommandTerm: (command) => command.name(), minWidthToWrap: 20 })
    .configureOutput({ outputError: (text, write) => write(printable(text)) })
    .showHelpAfterError("(--help shows what can be written)")
    .exitOverride();
  addCheck(program, outside);
  addValidate(program, outside);
  addCredentials(program, outside);
  addCuts(program, outside);
  addKeys(program, outside);
  addStatus(program, outside);
  addForget(program, outside);
  addActions(program, outside);
  return program;
}

interface CheckOptions {
  readonly onBehalfOf?: readonly string[];
  readonly map: string;
  readonly output: OutputFormat;
}

function addCheck(program: Command, outside: Outside): void {
  program
    .command("check <caller> <target>")
    .summary("say whether a map lets caller call target")
    .description("Say whether a map lets caller call target. Exit code 0 allowed, 1 denied, 2 no answer.")
    .option("--on-behalf-of <names>", "who called before caller, the first one first, separated by commas", readNames)
    .option("--map <file>", "the map to ask, - for standard input", outside.mapFile)
    .addOption(outputOption())
    .action(async (caller: string, target: string, options: CheckOptions) => {
      const { check, withMap } = await loadMapReaders();
      const { nowSeconds, paint } = outside;
      const { onBehalfOf = [], output: format } = options;
      const input = { caller, target, onBehalfOf, nowSeconds: nowSeconds(), format, paint };
      outside.print(await withMap(options.map, outside.open, 2, (source) => check({ ...input, source })));
    });
}

function addValidate(program: Command, outside: Outside): void {
  program
    .command("validate [file]")
    .summary("say everything that is wrong with a map")
    .description(
      "Say everything that is wrong with a map (- for standard input). Exit code 0 nothing, 3 it does not compile, " +
        "4 its tests fail, 2 it cannot be read.",
    )
    .addOption(outputOption())
    .action(async (file: string | undefined, options: { output: OutputFormat }) => {
      const { validate, withMap } = await loadMapReaders();
      const input = { format: options.output, paint: outside.paint };
      outside.print(
        await withMap(file ?? outside.mapFile, outside.open, 1, (source) => validate({ ...input, source })),
      );
    });
}

/** An empty one stays: it is no name, and is refused as that. */
const readNames = (text: string): readonly string[] => text.split(",");

/** `text` with nothing in it that a terminal obeys but its line feeds. */
const printable = (text: string): string => text.split("\n").map(escapeDeceptive).join("\n");
