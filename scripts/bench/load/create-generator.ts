import { join } from "node:path";
import { askProcess } from "../stage/ask-process.ts";
import type { Stage } from "../stage/create-stage.ts";
import type { Driven, Generator } from "./job.ts";

const file = join(import.meta.dirname, "generator.ts");

/** The generator of ours, in a process of its own; it does one job at a time. */
export function createGenerator(stage: Stage): Generator {
  const child = stage.fork(file);
  return { name: "node:net", drive: (job) => askProcess<Driven>(child, job) };
}
