import { join } from "node:path";
import { createLog } from "@meshpass/http-server";
import type { Keys } from "@meshpass/verifier";
import t from "tap";
import type { CredentialRegistry } from "../../src/credentials/credential-registry.ts";
import { createCutoffs } from "../../src/cutoffs/create-cutoffs.ts";
import { openStore } from "../../src/store/store.ts";

const day = 86_400_000;

t.test("a wall clock that is set ahead by days makes no cut forgotten; the time that passes does", async (t) => {
  const state = { wall: 1_795_000_000_000, passed: 0 };
  const clock = () => state.wall;
  const stateFolder = t.testdir();
  const store = await openStore(join(stateFolder, "store.sqlite"), clock);
  t.teardown(() => store.close());
  const { cutLog, forgetLeft } = await createCutoffs({
    ...{ store, clock, stateFolder, monotonic: () => state.passed, maxStreams: 10 },
    keys: { jwks: () => undefined, onChange: () => () => undefined } as unknown as Keys,
    registry: {} as CredentialRegistry,
    log: createLog({ name: "t", level: "silent", human: false, write: () => undefined }),
  });
  await store.addCuts(["caller m1"], state.wall / 1_000);
  await cutLog.catchUp();
  const isKept = () => cutLog.live().some(({ ends }) => ends === "caller m1");

  state.wall += 3 * day;
  await forgetLeft();
  t.ok(isKept());

  state.passed += 2 * day;
  await forgetLeft();
  t.notOk(isKept());
});
