/** What the command line asks for. */
export interface Options {
  readonly isQuick: boolean;
  /** Only rows whose names begin so. */
  readonly only: string;
  readonly jsonPath: string | undefined;
  readonly svgPath: string | undefined;
}

export const usage = `pnpm bench [--quick] [--only NAME-PREFIX] [--json FILE] [--svg FILE]

  --quick   fewer and shorter rounds: over within a minute
  --only    only the rows whose names begin so, such as accesstoken-steady or hello-seen/express
  --json    writes the table to FILE
  --svg     writes the chart to FILE`;

/** Reads `args`, or says what is wrong with them. */
export function readOptions(args: readonly string[]): Options | { readonly problem: string } {
  const values = new Map<string, string>();
  let isQuick = false;
  for (let at = 0; at < args.length; at += 1) {
    const name = args[at] as string;
    const value = args[at + 1];
    if (name === "--quick") isQuick = true;
    else if (!["--only", "--json", "--svg"].includes(name)) return { problem: `there is no ${name}` };
    else if (value === undefined || value.startsWith("--")) return { problem: `${name} needs a value` };
    else {
      values.set(name, value);
      at += 1;
    }
  }
  return { isQuick, only: values.get("--only") ?? "", jsonPath: values.get("--json"), svgPath: values.get("--svg") };
}
