import { execFile } from "node:child_process";

/** How a command ended; `exitCode` is the name of the signal where one ended it. */
export interface Ending {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const ours = /^(FORCE_COLOR$|npm_)/;
// tap adds NODE_OPTIONS to the environment of every child, whatever it is given, so that the child is measured too;
// `env` takes it out again.
const plain = ["-u", "NODE_OPTIONS"];
const timeoutMilliseconds = 60_000;

/** Runs `command` in `folder` as if typed there, with `extra` in its environment, and tells how it ended; after a minute it is killed. */
export function runCommand(
  command: string,
  args: readonly string[],
  folder: string,
  extra: NodeJS.ProcessEnv = {},
): Promise<Ending> {
  const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name))), ...extra };
  return new Promise((resolve) => {
    execFile(
      "env",
      [...plain, command, ...args],
      { cwd: folder, env, timeout: timeoutMilliseconds },
      (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : (error.code ?? error.signal ?? "unknown"), stdout, stderr });
      },
    );
  });
}

/** {@link runCommand} for a command that must succeed: gives what it prints, or throws with all that it said. */
export async function readOutput(command: string, args: readonly string[], folder: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(command, args, folder);
  if (exitCode !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${exitCode}\n${stdout}${stderr}`);
  return stdout;
}
