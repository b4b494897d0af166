import { join } from "node:path";
import t from "tap";
import { openRegistry } from "../../src/credentials/credential-registry.ts";
import { createBlocks } from "../../src/cutoffs/blocks.ts";
import { createCutLog } from "../../src/cutoffs/cut-log.ts";
import { createCutOperations } from "../../src/cutoffs/cut-operations.ts";
import { orStoreUnavailable } from "../../src/operator/or-store-unavailable.ts";
import { openStore } from "../../src/store/store.ts";

t.test("a cut that is stored and not published yet is not answered as one that the store did not take", async (t) => {
  const clock = () => 1_000_000;
  const store = await openStore(join(t.testdir(), "store"), clock);
  t.teardown(() => store.close());
  const cutLog = await createCutLog(store);
  const blocks = createBlocks([]);
  const quiet = { staticKeyEnds: () => [], onLegacy: () => undefined };
  const registry = await openRegistry({ store, clock, development: false, ...quiet });
  const operationsWith = (catchUp: () => Promise<void>) =>
    createCutOperations({ store, registry, blocks, clock, cutLog: { ...cutLog, catchUp } });
  const failing = operationsWith(() => Promise.reject(new Error("the store cannot be read")));
  await t.rejects(orStoreUnavailable(failing.cut("edge m1 m2")), { code: "server_error" });
  await t.rejects(orStoreUnavailable(failing.block("m1", "m3")), { code: "server_error" });
  t.ok(blocks.isBlocked("m1", "m3"), "what is stored holds");
  const { number, ends } = await operationsWith(cutLog.catchUp).cut("all");
  t.same([number, ends], [4, "all"], "and is published with what comes next, after the first cut of all stores");
  t.same(
    cutLog.live().map((cut) => cut.ends),
    ["all"],
  );
});
