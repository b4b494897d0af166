import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import t from "tap";
import { createClientBuckets } from "../../src/limits/client-buckets.ts";
import { createHashedBuckets } from "../../src/limits/hashed-buckets.ts";

const rate = { perSecond: 1, burst: 2 };

for (const [kind, create] of Object.entries({ proven: createClientBuckets, anybody: createHashedBuckets })) {
  t.test(`one key's requests are counted apart from another's (${kind})`, async (t) => {
    const take = create(rate);
    t.equal(take("a", 0), 0);
    t.equal(take("a", 0), 0);
    t.equal(take("a", 0), 1_000);
    t.equal(take("b", 0), 0);
    t.equal(take("a", 1_000), 0);
  });
}

t.test("a million addresses take no memory, and free nobody who is over the limit", async (t) => {
  const take = createHashedBuckets({ perSecond: 1, burst: 60 });
  for (let i = 0; i < 61; i += 1) take("attacker", 0);
  t.ok(take("attacker", 0) > 0);
  const before = memory();
  for (let i = 0; i < 1_000_000; i += 1) take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0);
  t.ok(memory() - before < 16 * 1024 * 1024, `${memory() - before} bytes`);
  t.ok(take("attacker", 0) > 0);
});

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** What is held now, in bytes; the slots lie outside of the heap. */
function memory(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

t.test("keys that meet in a slot are counted together: too much, never too little", async (t) => {
  const take = createHashedBuckets(rate, 1);
  t.equal(take("a", 0), 0);
  t.equal(take("b", 0), 0);
  t.equal(take("c", 0), 1_000);
});

t.test("where a key's slot is differs from one start to the next", async (t) => {
  const meets = () => {
    const take = createHashedBuckets({ perSecond: 1, burst: 1 }, 2);
    take("a", 0);
    return take("b", 0) > 0;
  };
  t.equal(new Set(Array.from({ length: 64 }, meets)).size, 2);
});

t.test("of proven keys two generations are kept, and those that ask stay", async (t) => {
  const take = createClientBuckets(rate, 3);
  take("hot", 0);
  take("hot", 0);
  for (let i = 0; i < 100; i += 1) {
    take(`key ${i}`, 0);
    t.ok(take("hot", 0) > 0);
  }
});
