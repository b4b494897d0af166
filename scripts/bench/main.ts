import { writeFileSync } from "node:fs";
import { comparisons } from "./comparisons/all.ts";
import { createBench } from "./create-bench.ts";
import { describeOccasion } from "./describe-occasion.ts";
import { installPeers } from "./install-peers.ts";
import { createWrk } from "./load/create-wrk.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { drawChart } from "./report/draw-chart.ts";
import { renderFailures, renderTable } from "./report/render-table.ts";
import { writeJson } from "./report/write-json.ts";
import { runBench } from "./run-bench.ts";
import { createStage } from "./stage/create-stage.ts";

/** How the bench ends: every bound holds, one does not, or a measurement means nothing. */
const exitCodes = { good: 0, short: 1, invalid: 2 } as const;

const { argv, env, stdout, stderr } = process;
/** Progress and failures, with the seconds since the start. */
const say = (line: string): void =>
  void stderr.write(`bench ${(performance.now() / 1_000).toFixed(0).padStart(3)} s: ${line}\n`);

const options = readOptions(argv.slice(2));
if ("problem" in options) {
  stderr.write(`bench: ${options.problem}\n\n${usage}\n`);
  process.exit(exitCodes.invalid);
}
if (!comparisons.some(({ rows }) => rows.some((row) => row.startsWith(options.only)))) {
  say(`no row begins with ${options.only}; the rows are ${comparisons.flatMap(({ rows }) => rows).join(", ")}`);
  process.exit(exitCodes.invalid);
}

const stage = createStage(say);
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.once(signal, () => {
    isInterrupted = true;
    void stage.end().then(() => process.exit(exitCodes.invalid));
  });

try {
  process.exitCode = await measure(options);
} catch (error) {
  if (!isInterrupted) say((error as Error).message);
  process.exitCode = exitCodes.invalid;
} finally {
  await stage.end();
}
process.exit();

/** Prints the table, writes the files that are wanted, and gives the exit code. */
async function measure(options: Options): Promise<number> {
  installPeers(env.npm_execpath, say);
  // wrk's shortest run is a second: too long for a quick one.
  const fast = options.isQuick ? undefined : createWrk(stage);
  const outcome = await runBench(createBench(stage, options, { fast, say }), comparisons);
  if (isInterrupted) return exitCodes.invalid;
  stdout.write(`${renderTable(outcome)}\n`);
  const occasion = describeOccasion(fast?.name ?? "node:net", options);
  if (options.jsonPath !== undefined) writeFileSync(options.jsonPath, writeJson(occasion, outcome));
  if (options.svgPath !== undefined) writeFileSync(options.svgPath, drawChart(occasion, outcome.rows));
  const failures = renderFailures(outcome.rows);
  for (const line of [...failures, ...outcome.invalid.map((each) => `not measured: ${each}`)]) say(line);
  if (outcome.invalid.length > 0) return exitCodes.invalid;
  return failures.length === 0 ? exitCodes.good : exitCodes.short;
}
