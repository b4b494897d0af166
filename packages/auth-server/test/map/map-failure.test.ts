import t from "tap";
import { createMapFailure, type MapStep } from "../../src/map/map-failure.ts";
import { createTestLog } from "../test-log.ts";

t.test("what fails again is tried ever later, each step at its own pace; a success starts anew", async (t) => {
  const { log, lines } = createTestLog();
  let now = 0;
  const options = { log, file: "map.yaml", retryMs: 2_000, storeRetryMs: 100, elapsed: () => now };
  const failure = createMapFailure(options);
  const waits = (step: MapStep, times: number): number[] =>
    Array.from({ length: times }, () => {
      failure.note(step, new Error("why"), true);
      const failedAt = now;
      while (!failure.isRetryDue()) now += 100;
      return now - failedAt;
    });
  t.same(waits("check", 7), [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000], "it costs as much each time");
  t.same(waits("store", 6), [100, 200, 400, 800, 1_600, 2_000]);
  t.same(waits("read", 3), [2_000, 2_000, 2_000]);
  t.equal(lines.length, 3, "one line for each thing that fails");
  failure.clear();
  t.equal(failure.current(), undefined);
  t.same(waits("store", 1), [100]);
});

t.test("a file that is not there is said to be that, with what it means for whoever asks for a token", async (t) => {
  const { log, lines } = createTestLog();
  const failure = createMapFailure({ log, file: "map.yaml", retryMs: 1, storeRetryMs: 1 });
  const missing = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });
  failure.note("read", missing, true);
  failure.note("read", missing, true);
  t.equal(failure.current(), "The map file is not there; the last good map stays in force");
  failure.note("read", missing, false);
  t.match(failure.current(), /^The map file is not there, and no map is in force: nobody gets a token until it is$/);
  t.equal(lines.length, 2);
  t.notMatch(lines.join(""), "ENOENT");
  failure.note("store", missing, true);
  t.match(failure.current(), /^The map could not be stored.*: ENOENT/, "what the store lacks is no map file");
});
