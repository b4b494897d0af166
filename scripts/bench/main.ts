import { writeFileSync } from "node:fs";
import { comparisons } from "./comparisons/all.ts";
import { createBench } from "./create-bench.ts";
import { installPeers } from "./install-peers.ts";
import { readOptions, usage } from "./options.ts";
import { renderFailures, renderTable } from "./report/render-table.ts";
import { runBench } from "./run-bench.ts";
import { createStage } from "./stage/create-stage.ts";

/** How the bench ends: every bound holds, one does not, or a measurement means nothing. */
const exitCodes = { good: 0, short: 1, invalid: 2 } as const;

const { argv, env, stdout, stderr } = process;
const say = (line: string): void => void stderr.write(`bench: ${line}\n`);

const options = readOptions(argv.slice(2));
if ("problem" in options) {
  stderr.write(`bench: ${options.problem}\n\n${usage}\n`);
  process.exit(exitCodes.invalid);
}
if (!comparisons.some(({ rows }) => rows.some((row) => row.startsWith(options.only)))) {
  say(`no row begins with ${options.only}; the rows are ${comparisons.flatMap(({ rows }) => rows).join(", ")}`);
  process.exit(exitCodes.invalid);
}

const stage = createStage();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.once(signal, () => void stage.end().then(() => process.exit(exitCodes.invalid)));

try {
  installPeers(env.npm_execpath, say);
  const bench = createBench(stage, options, { fast: undefined, say });
  const findings = await runBench(bench, comparisons);
  stdout.write(`${renderTable(findings)}\n`);
  const failures = renderFailures(findings.rows);
  for (const failure of failures) say(failure);
  process.exitCode = failures.length === 0 ? exitCodes.good : exitCodes.short;
  void writeFileSync;
} catch (error) {
  say((error as Error).message);
  process.exitCode = exitCodes.invalid;
} finally {
  await stage.end();
}
process.exit();
