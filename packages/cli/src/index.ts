export { type CheckInput, check } from "./check.ts";
export { createProgram } from "./create-program.ts";
export type { Outside } from "./outside.ts";
export type { MapSource, OutputFormat, Paint, Report } from "./report.ts";
export { type ValidateInput, validate } from "./validate.ts";
export type { OpenMap } from "./with-map.ts";
