import t from "tap";
import { type KeyHolder, planRotation } from "../../src/keys/rotation.ts";

const holder = (instance: string, kids: readonly string[], live = true): KeyHolder => ({
  service: "m3",
  instance,
  kids,
  lastHeardAt: 1_000,
  live,
});

t.test("without a staged key the next step is to stage one", async (t) => {
  t.same(planRotation(undefined, [holder("a", [])]), { next: "stage" });
});

t.test(
  "it waits while a live receiver does not have the key, and says which and since when it was heard of",
  async (t) => {
    const receivers = [holder("a", ["d-1", "d-2"]), holder("b", ["d-1"]), holder("c", [])];
    t.same(planRotation("d-2", receivers), {
      next: "wait",
      kid: "d-2",
      holding: 1,
      receivers: 3,
      behind: [
        { service: "m3", instance: "b", lastHeardAt: 1_000 },
        { service: "m3", instance: "c", lastHeardAt: 1_000 },
      ],
    });
  },
);

t.test("once all live receivers have it, it is to sign; one that is not live is not waited for", async (t) => {
  const receivers = [holder("a", ["d-2"]), holder("b", ["d-1"], false)];
  t.same(planRotation("d-2", receivers), { next: "promote", kid: "d-2", holding: 1, receivers: 1, behind: [] });
});

t.test("with no receivers there is nobody to wait for", async (t) => {
  t.match(planRotation("d-2", []), { next: "promote", holding: 0, receivers: 0 });
});
