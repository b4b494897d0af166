import type { Readiness } from "@meshpass/http-server";
import {
  count,
  described,
  flag,
  json,
  listOf,
  matching,
  named,
  type Operation,
  objectOf,
  optional,
  text,
} from "@meshpass/http-server/openapi";
import type { Problem } from "@meshpass/policy";
import type { MapStatus } from "../map/map-in-force.ts";

/** What the status says. */
export interface StatusAnswer extends Readiness {
  readonly map: MapStatus;
  readonly safeLifetimeSeconds: number;
}

const problem = objectOf<Problem>({
  line: { ...count, minimum: 1 },
  column: { ...count, minimum: 1 },
  code: matching(/^[a-z_]+$/),
  message: text,
  remedy: text,
});

const map = objectOf<MapStatus>({
  file: text,
  number: optional(described("Of the map in force", count)),
  stale: described("Whether the file is not what is in force", flag),
  failure: optional(described("Why, where nothing is wrong with the map itself", text)),
  problems: listOf(problem),
  omitted: described("How many more problems there are", count),
});

const status = objectOf<StatusAnswer>({
  ok: flag,
  codes: listOf(matching(/^[a-z_]+$/)),
  map,
  safeLifetimeSeconds: { type: "number", description: "A token that lives longer is signed by a static key" },
});

/** `GET /status`. */
export const statusSchema: Operation = {
  summary: "Why it is not ready, and every problem of the map",
  response: { 200: { description: "The details of readiness", ...json(named("Status", status)) } },
};
