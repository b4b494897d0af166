/** The world that a configuration is read from. */
export interface ConfigSources {
  /** An empty variable counts as not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file, or undefined if there is none. Throws if there is one that cannot be read. */
  readonly readFile: (path: string) => string | undefined;
  /** How many files the process may have open; not given where that is not known, or there is no limit. */
  readonly openFiles?: number | undefined;
}

/** What every reader of a part is handed: the sources, and where to say what is wrong with them. */
export interface ConfigReader {
  /** The value of a variable that is set and not empty. */
  variable(name: string): string | undefined;
  /** The text of a file; undefined if there is none, or if it cannot be read, which is then a problem. */
  file(path: string): string | undefined;
  /** Takes one line: what is wrong, and what to do about it. */
  report(problem: string): void;
}

/** A reader over `sources` that collects in `problems`. */
export const createConfigReader = (
  { env, readFile }: Pick<ConfigSources, "env" | "readFile">,
  problems: string[],
): ConfigReader => ({
  variable: (name) => env[name] || undefined,
  file: (path) => {
    try {
      return readFile(path);
    } catch (error) {
      problems.push(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}): let this user read it`);
      return undefined;
    }
  },
  report: (problem) => void problems.push(problem),
});
