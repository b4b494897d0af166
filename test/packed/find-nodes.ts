import { accessSync, constants } from "node:fs";
import { delimiter, resolve } from "node:path";
import { runCommand } from "../tooling/run-command.ts";

/** The major versions that the packed libraries promise to run on. */
export const promised: readonly number[] = [20, 22, 24];

/** The promised versions of node that this machine has on its PATH, by major version. */
export async function findNodes(): Promise<Map<number, string>> {
  const nodes = new Map([[await majorOf(process.execPath), process.execPath]]);
  for (const folder of new Set((process.env.PATH ?? "").split(delimiter))) {
    const node = resolve(folder, "node");
    if (!isExecutable(node)) continue;
    const major = await majorOf(node);
    if (!nodes.has(major)) nodes.set(major, node);
  }
  return new Map([...nodes].filter(([major]) => promised.includes(major)));
}

const majorOf = async (node: string) =>
  Number((await runCommand(node, ["--print", "process.versions.node.split('.')[0]"], ".")).stdout);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
