import { basename } from "node:path";
import { readOutput } from "./run-command.ts";

/** The command for the pnpm that runs these tests, or for the one that npx brings where they are run by hand. */
export async function findPnpm(): Promise<readonly [string, ...string[]]> {
  const running = process.env.npm_execpath ?? "";
  const pnpm = basename(running).startsWith("pnpm") ? running : await askNpx();
  return /\.[cm]?js$/.test(pnpm) ? [process.execPath, pnpm] : [pnpm];
}

/** pnpm itself and not npx before it, which passes on neither signals nor what they end with. */
const askNpx = async (): Promise<string> =>
  (await readOutput("npx", ["-y", "pnpm@12", "exec", "printenv", "npm_execpath"], import.meta.dirname)).trim();
