import { createHash } from "node:crypto";
import { once } from "node:events";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { parseMap, transferables } from "@meshpass/policy";
import { putMapInForce } from "../store/map-store.ts";
import { type Compilation, type CompileRequest, mayStore } from "./compile-map.ts";

const { bytes, storePath, issuer, at, defaultLifetimeSeconds } = workerData as CompileRequest;
const parent = parentPort as MessagePort;

const result = parseMap(bytes, { issuer });
if (!result.ok) {
  const { problems, omitted } = result;
  parent.postMessage({ problems, omitted } satisfies Compilation);
} else {
  const { map } = result;
  const digest = createHash("sha256").update(bytes).digest("hex");
  parent.postMessage(mayStore);
  await once(parent, "message");
  try {
    const change = await putMapInForce(storePath, { map, digest, at, defaultLifetimeSeconds });
    parent.postMessage({ map, ...change } satisfies Compilation, transferables(map));
  } catch (error) {
    parent.postMessage({ notStored: (error as Error).message } satisfies Compilation);
  }
}
