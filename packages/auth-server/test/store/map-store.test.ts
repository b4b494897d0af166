import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
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

t.test("a map waits its turn while another connection writes", async (t) => {
  const path = join(t.testdir(), "auth-server.sqlite");
  await putMapInForce(path, { digest: "a", services: [], at: 1_000 });
  const holder = new Worker(holdFor, { eval: true, workerData: { path, ms: 150 } });
  await once(holder, "message");
  t.equal((await putMapInForce(path, { digest: "b", services: [], at: 1_100 })).number, 2);
  await once(holder, "exit");
});

/** Holds the database at `path` in a transaction that has written, and says so. */
const holdFor = `
  const { parentPort, workerData: { path, ms } } = require("node:worker_threads");
  const database = new (require("node:sqlite").DatabaseSync)(path);
  database.exec("begin immediate; insert into legacy_cuts values ('m9', 1)");
  parentPort.postMessage("held");
  setTimeout(() => { database.exec("commit"); database.close(); }, ms);
`;

t.test("a thousand maps are remembered, of which the newest alone says its services", async (t) => {
  const path = join(t.testdir(), "auth-server.sqlite");
  await putMapInForce(path, { digest: "first", services: ["m1"], at: 1_000 });
  const database = new DatabaseSync(path);
  t.teardown(() => database.close());
  database.exec(
    `with recursive n(i) as (select 2 union all select i + 1 from n where i < 1500)
     insert into maps select i, 'x' || i, case i when 1499 then 'an older form' when 1500 then 'm1' else '' end, 1 from n`,
  );
  for (const digest of ["b", "c", "d"]) await putMapInForce(path, { digest, services: ["m1"], at: 1_000 });
  const rows = database.prepare("select number, services from maps order by number").all();
  t.equal(rows.length, 1_002);
  t.equal(rows.at(-1)?.number, 1_503);
  t.strictSame(
    rows.filter(({ services }) => services !== "").map(({ number }) => number),
    [1_499, 1_503],
    "what is older is not written again",
  );
});
