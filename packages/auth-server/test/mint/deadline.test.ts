import t from "tap";
import { DeadlineExceeded, withDeadline } from "../../src/mint/deadline.ts";

t.test("work that ends in time gives what it gives", async (t) => {
  t.equal(await withDeadline(Promise.resolve("done"), 1_000), "done");
  await t.rejects(withDeadline(Promise.reject(new Error("failed")), 1_000), { message: "failed" });
});

t.test("work that does not is given up, and its later failure disturbs nobody", async (t) => {
  const { promise, reject } = Promise.withResolvers();
  await t.rejects(withDeadline(promise, 5), DeadlineExceeded);
  reject(new Error("too late"));
});
