import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { parseMap, transferables } from "@meshpass/policy";
import { putMapInForce } from "../store/map-store.ts";
import { type Compilation, type CompileRequest, storing } from "./compile-map.ts";

const { bytes, storePath, at, defaultLifetimeSeconds } = workerData as CompileRequest;

const result = parseMap(bytes);
if (!result.ok) {
  const { problems, omitted } = result;
  parentPort?.postMessage({ problems, omitted } satisfies Compilation);
} else {
  const { map } = result;
  const digest = createHash("sha256").update(bytes).digest("hex");
  parentPort?.postMessage(storing);
  try {
    const change = await putMapInForce(storePath, { map, digest, at, defaultLifetimeSeconds });
    parentPort?.postMessage({ map, ...change } satisfies Compilation, transferables(map));
  } catch (error) {
    parentPort?.postMessage({ notStored: (error as Error).message } satisfies Compilation);
  }
}
