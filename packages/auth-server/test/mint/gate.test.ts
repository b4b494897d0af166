import t from "tap";
import { createGate, GateFull } from "../../src/mint/gate.ts";

/** Work that ends when a test says so. */
function createWork() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const run = (): Promise<void> => {
    work.begun = true;
    return promise;
  };
  const work = { begun: false, resolve, reject, run };
  return work;
}

const { signal } = new AbortController();

t.test("as many as the gate is wide run at once, and the others in their order", async (t) => {
  const gate = createGate(1, 2);
  const [first, second, third] = [createWork(), createWork(), createWork()];
  const ended = [first, second, third].map(({ run }) => gate(run, signal));
  await Promise.resolve();
  t.strictSame([first.begun, second.begun, third.begun], [true, false, false]);
  first.resolve();
  await ended[0];
  await Promise.resolve();
  t.strictSame([second.begun, third.begun], [true, false]);
  second.reject(new Error("failed"));
  await t.rejects(ended[1] as Promise<void>, { message: "failed" });
  third.resolve();
  await ended[2];
});

t.test("who would wait behind too many is refused at once, until one of them is through", async (t) => {
  const gate = createGate(1, 1);
  const [running, waiting] = [createWork(), createWork()];
  const ended = [running, waiting].map(({ run }) => gate(run, signal));
  await t.rejects(gate(createWork().run, signal), GateFull);
  running.resolve();
  waiting.resolve();
  await Promise.all(ended);
  t.equal(await gate(async () => "through", signal), "through");
});

t.test("who gives up waiting makes room, and never runs; who runs already keeps its place", async (t) => {
  const gate = createGate(1, 1);
  const [running, waiting, next] = [createWork(), createWork(), createWork()];
  const givenUp = new AbortController();
  const ended = gate(running.run, givenUp.signal);
  const refused = gate(waiting.run, givenUp.signal);
  givenUp.abort(new Error("given up"));
  await t.rejects(refused, { message: "given up" });
  const admitted = gate(next.run, signal);
  await t.rejects(gate(createWork().run, signal), GateFull, "the place that runs is still taken");
  running.resolve();
  next.resolve();
  await Promise.all([ended, admitted]);
  t.equal(waiting.begun, false);
});
