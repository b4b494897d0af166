import type { Comparison } from "../bench.ts";
import { accesstokenNew } from "./accesstoken-new.ts";
import { accesstokenSteady } from "./accesstoken-steady.ts";
import { bigMap } from "./big-map.ts";
import { cutoffCheck } from "./cutoff-check.ts";
import { decide } from "./decide.ts";
import { helloSeen } from "./hello-seen.ts";
import { helloUnseen } from "./hello-unseen.ts";
import { query } from "./query.ts";
import { sameSecond } from "./same-second.ts";
import { start } from "./start.ts";

/** Every comparison, in the order of the table. */
export const comparisons: readonly Comparison[] = [
  accesstokenSteady,
  accesstokenNew,
  helloSeen,
  helloUnseen,
  query,
  decide,
  bigMap,
  start,
  sameSecond,
  cutoffCheck,
];
