import { join } from "node:path";
import type { Test } from "tap";
import { createPlace } from "../../walk/mesh-place.ts";
import { type Mesh, startMeshAt } from "../../walk/start-mesh.ts";
import { type ClockShifts, type Clocks, createClocks } from "./clocks.ts";
import { type GuardedLoad, type Receiver, startGuardedLoad } from "./guarded-load.ts";
import { createOperator, type Operator } from "./operator.ts";
import { ownReceivers } from "./receivers.ts";
import { createTokenBook, type TokenBook } from "./token-book.ts";
import { allEdges, writeMap } from "./write-map.ts";

/** A mesh in which all nine pairs may call, an operator, and who shows tokens to its receivers all the time. */
export interface Stage {
  readonly mesh: Mesh;
  readonly clocks: Clocks;
  readonly operator: Operator;
  readonly book: TokenBook;
  /** Those of the mesh and `further` ones. */
  startLoad(further: readonly Receiver[]): Promise<GuardedLoad>;
}

/** Calls a second; some are lost where the machine is busy. */
const rate = 330;

/** Starts a mesh whose clocks are off by `shifts`, in ms. */
export async function startStage(t: Test, shifts: ClockShifts = {}): Promise<Stage> {
  const place = await createPlace(t);
  writeMap(place, allEdges);
  const clocks = createClocks(join(place.folder, "clocks"), shifts);
  const mesh = await startMeshAt(t, place, clocks.env);
  const operator = createOperator(t, mesh);
  const book = createTokenBook(mesh, allEdges);
  await book.renewAll();
  const startLoad = async (further: readonly Receiver[]) =>
    startGuardedLoad(t, [...ownReceivers(mesh), ...further], book, rate);
  return { mesh, clocks, operator, book, startLoad };
}
