import { join } from "node:path";
import t from "tap";
import { putMapInForce } from "../../src/store/map-store.ts";
import { openStore } from "../../src/store/store.ts";

t.test("the number grows with every change, also back to what was before, and with nothing else", async (t) => {
  const path = join(t.testdir(), "auth-server.sqlite");
  const put = async (digest: string) => (await putMapInForce(path, { digest, services: ["m1"], at: 1_000 })).number;
  t.equal(await put("a"), 1);
  t.equal(await put("a"), 1, "the same map, as after a restart");
  t.equal(await put("b"), 2);
  t.equal(await put("a"), 3, "taken out and put back are two changes");
});

t.test("services that leave the map lose their legacy credentials for good, though they come back", async (t) => {
  const path = join(t.testdir(), "auth-server.sqlite");
  const put = async (digest: string, services: string[]) =>
    (await putMapInForce(path, { digest, services, at: 1_000 })).legacyCuts;
  t.strictSame(await put("a", ["m1", "m2", "m3"]), []);
  t.strictSame(await put("b", ["m1"]), ["m2", "m3"]);
  t.strictSame(await put("c", ["m1", "m2", "m3"]), ["m2", "m3"]);
  t.strictSame(await put("c", ["m1", "m2", "m3"]), ["m2", "m3"], "also for whoever asks a second time");
  const store = await openStore(path);
  t.strictSame(await store.legacyCuts(), ["m2", "m3"]);
  await store.close();
});

t.test("a cut of the operator's stands among them", async (t) => {
  const path = join(t.testdir(), "auth-server.sqlite");
  const store = await openStore(path);
  await store.cutService("m9", 900);
  await store.close();
  t.strictSame((await putMapInForce(path, { digest: "a", services: [], at: 1_000 })).legacyCuts, ["m9"]);
});
