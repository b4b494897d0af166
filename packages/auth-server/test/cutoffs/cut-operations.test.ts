import { join } from "node:path";
import t, { type Test } from "tap";
import { openRegistry } from "../../src/credentials/credential-registry.ts";
import { createBlocks } from "../../src/cutoffs/blocks.ts";
import { createCutLog } from "../../src/cutoffs/cut-log.ts";
import { createCutOperations } from "../../src/cutoffs/cut-operations.ts";
import { orStoreUnavailable } from "../../src/operator/or-store-unavailable.ts";
import { openStore } from "../../src/store/store.ts";

/** Operations over a store of its own; `ended` has the service and the head at which its streams were ended. */
async function start(t: Test) {
  const clock = () => 1_000_000;
  const store = await openStore(join(t.testdir(), "store"), clock);
  t.teardown(() => store.close());
  const cutLog = await createCutLog(store);
  const blocks = createBlocks([]);
  const quiet = { staticKeyEnds: () => [], onLegacy: () => undefined };
  const registry = await openRegistry({ store, clock, development: false, ...quiet });
  const ended: [service: string, head: number][] = [];
  const endStreams = (service: string) => void ended.push([service, cutLog.head().number]);
  const operationsWith = (catchUp: () => Promise<void> = cutLog.catchUp) =>
    createCutOperations({ store, registry, blocks, clock, endStreams, cutLog: { ...cutLog, catchUp } });
  return { blocks, registry, cutLog, ended, operationsWith };
}

const fails = () => Promise.reject(new Error("the store cannot be read"));

t.test("a cut that is stored and not published yet is not answered as one that the store did not take", async (t) => {
  const { blocks, cutLog, operationsWith } = await start(t);
  const failing = operationsWith(fails);
  await t.rejects(orStoreUnavailable(failing.cut("edge m1 m2")), { code: "server_error" });
  await t.rejects(orStoreUnavailable(failing.block("m1", "m3")), { code: "server_error" });
  t.ok(blocks.isBlocked("m1", "m3"), "what is stored holds");
  const { number, ends } = await operationsWith().cut("all");
  t.same([number, ends], [4, "all"], "and is published with what comes next, after the first cut of all stores");
  t.same(
    cutLog.live().map((cut) => cut.ends),
    ["all"],
  );
});

t.test("the streams of a service end with its credentials, once what it has to hear was sent", async (t) => {
  const { registry, ended, operationsWith } = await start(t);
  const operations = operationsWith();
  for (const [jti, service] of [
    ["a", "m1"],
    ["b", "m2"],
    ["c", "m3"],
  ] as const)
    await registry.add({ jti, service, type: "jwt", issuedAt: 0, expiresAt: 9_999, dev: false, revokedAt: undefined });
  const { number: first } = await operations.cutService("m1");
  t.match(ended, [["m1", first]]);
  const { number: second } = (await operations.revokeCredential("b", false)) as { number: number };
  t.match(ended, [[], ["m2", second]]);
  await operations.revokeCredential("c", true);
  t.match(ended, [[], [], ["m3", second]], "also where its tokens are left alone");
  await operations.cut("caller m1");
  await operations.block("m1", undefined);
  await operations.revokeCredential("d", false);
  t.equal(ended.length, 3, "and with nothing else");
});

t.test("where a cut is not published yet no stream ends, and asking again does both", async (t) => {
  const { ended, operationsWith } = await start(t);
  await t.rejects(operationsWith(fails).cutService("m1"));
  t.same(ended, []);
  const { number } = await operationsWith().cutService("m1");
  t.same(ended, [["m1", number]]);
});
