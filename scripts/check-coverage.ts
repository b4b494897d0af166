import { readCoverage, summaryPath } from "../config/build/coverage.ts";
import { findShortfalls } from "./coverage/find-shortfalls.ts";

// Holds the coverage of the last whole run of the tests against each package's floors; one line for each that is
// short, and exit code 1. The figures themselves are printed by the reporter at the end of the run.
const coverage = readCoverage(`${import.meta.dirname}/..`);
const shortfalls =
  coverage === undefined ? [`${summaryPath} is missing: run the whole test suite first`] : findShortfalls(coverage);

for (const shortfall of shortfalls) console.error(shortfall);
if (shortfalls.length > 0) process.exitCode = 1;
