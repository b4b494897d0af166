import { createHash } from "node:crypto";
import { on } from "node:events";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { parseMap, transferables } from "@meshpass/policy";
import { putMapInForce } from "../store/map-store.ts";
import { type Compilation, mayStore } from "./compile-map.ts";
import type { CompileRequest } from "./compile-request.ts";

const parent = parentPort as MessagePort;
const messages = on(parent, "message");
const nextMessage = async () => (await messages.next()).value?.[0];

/** One map after the other, for as long as this worker is let live. */
for (let request: CompileRequest = workerData; ; request = await nextMessage()) {
  const { bytes, storePath, issuer, at, defaultLifetimeSeconds } = request;
  const result = parseMap(bytes, { issuer });
  if (!result.ok) {
    const { problems, omitted } = result;
    parent.postMessage({ problems, omitted } satisfies Compilation);
    continue;
  }
  const { map } = result;
  const digest = createHash("sha256").update(bytes).digest("hex");
  parent.postMessage(mayStore);
  await nextMessage();
  try {
    const change = await putMapInForce(storePath, { map, digest, at, defaultLifetimeSeconds });
    parent.postMessage({ map, ...change } satisfies Compilation, transferables(map));
  } catch (error) {
    parent.postMessage({ notStored: (error as Error).message } satisfies Compilation);
  }
}
