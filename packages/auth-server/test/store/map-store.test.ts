import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { parseMap } from "@meshpass/policy";
import t, { type Test } from "tap";
import { putMapInForce } from "../../src/store/map-store.ts";
import { openStore } from "../../src/store/store.ts";
import { mapOf } from "../start-server.ts";
import { shippedTables } from "./shipped-tables.ts";
import { type StoredMap, storedWithoutChains, storedWithoutServices } from "./stored-map.ts";

const now = 1_800_000_000;
const newPath = (t: Test): string => join(t.testdir(), "auth-server.sqlite");

/** Puts the map with these lines of interactions into force, where tokens live for five minutes unless it says otherwise. */
const put = (path: string, ...interactions: string[]) => putFor(300, path, ...interactions);

const putFor = (defaultLifetimeSeconds: number, path: string, ...interactions: string[]) =>
  putText(path, mapOf(...interactions.map((line) => `  ${line}`)), defaultLifetimeSeconds);

function putText(path: string, text: string, defaultLifetimeSeconds = 300) {
  const parsed = parseMap(text);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  return putMapInForce(path, { map: parsed.map, digest: sha256(text), at: now, defaultLifetimeSeconds });
}

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What was cut and the map from which it follows, after the cut of everything that a new store begins with. */
async function cutsIn(path: string): Promise<readonly string[]> {
  const store = await openStore(path);
  const { cuts } = await store.feed();
  await store.close();
  return cuts.slice(1).map(({ ends, map }) => `${ends} (${map})`);
}

function openDatabase(t: Test, path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  t.teardown(() => database.close());
  return database;
}

t.test("the number grows with every change, also back to what was before, and with nothing else", async (t) => {
  const path = newPath(t);
  const numbers: number[] = [];
  for (const line of ["m1: [m1]", "m1: [m1]", "m1: [m2]", "m1: [m1]"]) numbers.push((await put(path, line)).number);
  t.strictSame(numbers, [1, 1, 2, 3], "taken out and put back are two changes; a restart is none");
});

t.test("services that leave the map lose their legacy credentials for good, though they come back", async (t) => {
  const path = newPath(t);
  t.strictSame((await put(path, "m1: [m1, m2, m3]")).legacyCuts, []);
  t.strictSame((await put(path, "m1: [m1]")).legacyCuts, ["m2", "m3"]);
  t.strictSame((await put(path, "m1: [m1, m3, m2]")).legacyCuts, ["m2", "m3"]);
  t.strictSame((await put(path, "m1: [m1, m3, m2]")).legacyCuts, ["m2", "m3"], "also for whoever asks a second time");
  const store = await openStore(path);
  t.strictSame(await store.legacyCuts(), ["m2", "m3"]);
  await store.close();
});

t.test("a cut of the operator's stands among them", async (t) => {
  const path = newPath(t);
  const store = await openStore(path);
  await store.cutService("m9", 900);
  await store.close();
  t.strictSame((await put(path, "m1: [m1]")).legacyCuts, ["m9"]);
});

t.test("what a map takes away from the one before it is cut, with the map's number", async (t) => {
  const path = newPath(t);
  await put(path, "m1: [m1, m2, m3]", "m3: [{target: m1, scopes: [a, b], lifetime: 1h}, {target: m2, reason: why}]");
  t.strictSame(await cutsIn(path), [], "there was none before it");
  await put(path, "m1: [m1, m2]", "m3: [{target: m1, scopes: [a, b], lifetime: 1h}, m2]");
  t.strictSame(await cutsIn(path), ["edge m1 m3 (2)"]);
  await put(path, "m1: [m1, m2, m3]", "m3: [{target: m1, scopes: [a], lifetime: 1h}, {target: m2, lifetime: 4m}]");
  t.strictSame(await cutsIn(path), ["edge m1 m3 (2)", "edge m3 m1 (3)", "edge m3 m2 (3)"]);
  await put(path, "m1: [m1, m2, m3]", "m3: [{target: m1, scopes: [a], lifetime: 1h}, {target: m2, lifetime: 4m}]");
  t.equal((await cutsIn(path)).length, 3, "the same map, as after a restart, takes nothing away");
});

t.test(
  "a default lifetime that is shorter than at the last start cuts what lives longer, with the same map",
  async (t) => {
    const path = newPath(t);
    const lines = ["m1: [m2, {target: m3, lifetime: 2m}]", "m3: [{target: m1, scopes: [a]}]"];
    await putFor(300, path, ...lines);
    t.equal((await putFor(299, path, ...lines)).number, 1, "the map is the same");
    t.strictSame(await cutsIn(path), ["edge m1 m2 (1)", "edge m3 m1 (1)"]);
    await putFor(299, path, ...lines);
    await putFor(600, path, ...lines);
    t.equal((await cutsIn(path)).length, 2, "the same one, or a longer one, takes nothing away");
    await putFor(300, path, "m1: [m2, {target: m3, lifetime: 2m}]", "m3: [{target: m1, scopes: [a], lifetime: 10m}]");
    t.strictSame(
      (await cutsIn(path)).slice(2),
      ["edge m1 m2 (2)"],
      "compared with the longer one, in one go with the map",
    );
  },
);

t.test("a store that does not know the last default lifetime cuts whatever was given that", async (t) => {
  const path = newPath(t);
  await put(path, "m1: [m2, {target: m3, lifetime: 2m}]");
  openDatabase(t, path).exec("drop table default_lifetime");
  await put(path, "m1: [m2, {target: m3, lifetime: 2m}]");
  t.strictSame(await cutsIn(path), ["edge m1 m2 (1)"]);
  await put(path, "m1: [m2, {target: m3, lifetime: 2m}]");
  t.equal((await cutsIn(path)).length, 1, "once");
});

t.test("a large loss is cut at large", async (t) => {
  const path = newPath(t);
  const targets = Array.from({ length: 1_001 }, (_, n) => `t${n}`).join(", ");
  await put(path, `m1: [m2, ${targets}]`, "m2: [m1]");
  await put(path, "m1: [m2]", "m2: [t1]");
  t.strictSame(await cutsIn(path), ["caller m1 (2)", "edge m2 m1 (2)"]);
});

t.test("a last map that cannot be read back ends everything; from then on maps are compared again", async (t) => {
  const path = newPath(t);
  const database = openDatabase(t, path);
  const unknown = Buffer.from([0xff, 0x7f, 0]);
  const breaks = {
    "of a format that nobody knows": () => database.exec("update resolved_map set format = 0"),
    "of a newer format": () => database.exec("update resolved_map set format = format + 1"),
    missing: () => database.exec("delete from resolved_map"),
    "of another map": () => database.exec("update resolved_map set number = number - 1"),
    damaged: () => {
      const resolved = database.prepare("select resolved from resolved_map").get()?.resolved as Uint8Array;
      resolved[resolved.length >> 1] = (resolved[resolved.length >> 1] as number) ^ 1;
      database.prepare("update resolved_map set resolved = ?").run(resolved);
    },
    "written by a newer Node": () =>
      database.prepare("update resolved_map set resolved = ?, digest = ?").run(unknown, sha256(unknown)),
  };
  await put(path, "m1: [m1]");
  const expected: string[] = [];
  let number = 1;
  for (const [name, breakIt] of Object.entries(breaks)) {
    breakIt();
    await put(path, "m1: [m1, m2]");
    expected.push(`all (${number + 1})`);
    t.strictSame(await cutsIn(path), expected, name);
    await put(path, "m1: [m1]");
    expected.push(`edge m1 m2 (${number + 2})`);
    t.strictSame(await cutsIn(path), expected);
    number += 2;
  }
});

t.test(
  "where the map in force is not there to be compared with it is stored, after everything was ended",
  async (t) => {
    const path = newPath(t);
    await put(path, "m1: [m1, m2]");
    openDatabase(t, path).exec("update resolved_map set format = 0");
    t.equal((await put(path, "m1: [m1, m2]")).number, 1);
    await put(path, "m1: [m1]");
    t.strictSame(await cutsIn(path), ["all (1)", "edge m1 m2 (2)"]);
  },
);

/** Makes the store at `path` the one that a version before this one left. */
async function storeAsBefore(t: Test, path: string, { text, format, resolved }: StoredMap): Promise<void> {
  const database = openDatabase(t, path);
  await put(path, "m1: [m1, m2]", "m3: [m1]");
  database.prepare("update maps set digest = ?").run(sha256(text));
  const update = database.prepare("update resolved_map set format = ?, resolved = ?, digest = ?");
  update.run(format, resolved, sha256(resolved));
}

t.test("a map stored by the version that knew no services is compared with, and nothing more is lost", async (t) => {
  const path = newPath(t);
  const { text } = storedWithoutServices;
  await storeAsBefore(t, path, storedWithoutServices);
  const lines = ["m1: [m1, m2]", "m3: [{target: m1, scopes: [a, b], lifetime: 1h}]"];
  t.equal((await putText(path, text)).number, 1, "it is the map in force");
  t.strictSame(await cutsIn(path), []);
  t.equal((await put(path, ...lines, "m2: [m3]")).number, 2);
  t.strictSame(await cutsIn(path), [], "more is no loss");
  await put(path, "m1: [m1, m2]", "m3: [{target: m1, scopes: [a], lifetime: 1h}]", "m2: [m3]");
  t.strictSame(await cutsIn(path), ["edge m3 m1 (3)"]);
});

t.test("a map stored by the version that knew no chains is compared with: anybody was the first caller", async (t) => {
  const path = newPath(t);
  const { text } = storedWithoutChains;
  await storeAsBefore(t, path, storedWithoutChains);
  t.equal((await putText(path, text)).number, 1, "it is the map in force");
  await putText(path, text.replace("proof: dpop", "proof: dpop, max_chain: 8"));
  t.strictSame(await cutsIn(path), [], "as long a chain as ever is no loss");
  const limited = text.replace("lifetime: 1h", "lifetime: 1h, on_behalf_of: [m3]");
  await putText(path, limited.replace("proof: dpop", "proof: dpop, max_chain: 1"));
  t.strictSame(await cutsIn(path), ["edge m1 m2 (3)", "edge m3 m1 (3)"]);
});

t.test("conditions of chains that come into force at once after a version without them are a loss", async (t) => {
  const path = newPath(t);
  await storeAsBefore(t, path, storedWithoutChains);
  const { text } = storedWithoutChains;
  await putText(path, text.replace("lifetime: 1h", "lifetime: 1h, on_behalf_of: [m3]"));
  t.strictSame(await cutsIn(path), ["edge m3 m1 (2)"]);
});

t.test("a map that is stored keeps who may call first and how long chains are", async (t) => {
  const path = newPath(t);
  const edge = (conditions: string) => put(path, `m1: [m1, {target: m2, ${conditions}}]`, "m3: [m1]");
  await edge("on_behalf_of: [m1, m3], max_chain: 3");
  await edge("on_behalf_of: [m3, m1], max_chain: 3, reason: OPS-77");
  t.strictSame(await cutsIn(path), []);
  await edge("on_behalf_of: [m3], max_chain: 3");
  await edge("on_behalf_of: [m3], max_chain: 2");
  t.strictSame(await cutsIn(path), ["edge m1 m2 (3)", "edge m1 m2 (4)"]);
});

t.test("who gets an audience that was another's is cut as a target: tokens that name it are not for him", async (t) => {
  const path = newPath(t);
  const text = (edges: string, services: string) =>
    `version: 1\ninteractions: {${edges}}\nservices: {${services}}\n...\n`;
  await putText(path, text("m1: [old, m2], boss: [new]", 'old: {audience: "urn:x"}'));
  await putText(path, text("m1: [m2], boss: [new]", 'new: {audience: "urn:x"}'));
  t.ok((await cutsIn(path)).includes("target new (2)"));
  await putText(path, text("m1: [m2], boss: [new]", 'new: {audience: "urn:x", enabled: true}'));
  t.notOk((await cutsIn(path)).includes("target new (3)"), "once");
});

t.test("a map that is stored keeps what it says about services", async (t) => {
  const path = newPath(t);
  const withServices = (settings: string) =>
    mapOf("  m1: [m1, m2]", "  m3: [m1]").replace(
      "...",
      `services: {m1: {${settings}}, m2: {audience: "urn:m2"}}\n...`,
    );
  await putText(path, withServices(""));
  await putText(path, withServices("metadata: {plan: gold}"));
  t.strictSame(await cutsIn(path), []);
  await putText(path, withServices("audience: urn:m1"));
  t.strictSame(await cutsIn(path), ["edge m1 m1 (3)", "edge m3 m1 (3)", "target m1 (3)"]);
  await putText(path, withServices("audience: urn:m1, enabled: false"));
  t.strictSame((await cutsIn(path)).slice(3), ["edge m1 m1 (4)", "edge m1 m2 (4)", "edge m3 m1 (4)"]);
});

t.test("a map that is not stored to the end has not come into force, and nothing is cut", async (t) => {
  const path = newPath(t);
  await put(path, "m1: [m1, m2]");
  const database = openDatabase(t, path);
  // The compiled map is the last that is written.
  database.exec("create trigger full before insert on resolved_map begin select raise(abort, 'disk full'); end");
  await t.rejects(put(path, "m2: [m1]"), /disk full/);
  t.strictSame(await cutsIn(path), []);
  database.exec("drop trigger full");
  t.match(await put(path, "m1: [m1]"), { number: 2, legacyCuts: ["m2"] });
  t.strictSame(await cutsIn(path), ["edge m1 m2 (2)"], "and is compared with what was last in force");
});

t.test("a store of the version that knew no cuts opens, and all that it let out before is cut", async (t) => {
  const path = newPath(t);
  const database = openDatabase(t, path);
  database.exec(shippedTables);
  database.exec(
    `insert into credentials values ('a', 'm1', ${now - 9}, ${now + 9}, 0, null);
     insert into legacy_cuts values ('m9', ${now - 9});
     insert into maps values (6, 'older', '', ${now - 9}), (7, 'last', 'm1\nm2\nm3', ${now - 9})`,
  );
  const store = await openStore(path, () => now * 1_000);
  t.strictSame((await store.credentials())[0]?.jti, "a");
  t.match(await store.feed(), { epoch: now, head: 1, cuts: [{ ends: "all", map: 7 }] });
  await store.close();
  t.strictSame(await put(path, "m1: [m2]"), { number: 8, legacyCuts: ["m3", "m9"] });
  t.strictSame(await cutsIn(path), ["all (8)"], "what its last map allowed is not known");
});

t.test("a map waits its turn while another connection writes", async (t) => {
  const path = newPath(t);
  await put(path, "m1: [m1]");
  const holder = new Worker(holdFor, { eval: true, workerData: { path, ms: 150 } });
  await once(holder, "message");
  t.equal((await put(path, "m1: [m2]")).number, 2);
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
  const path = newPath(t);
  await put(path, "m1: [m1]");
  const database = openDatabase(t, path);
  database.exec(
    `with recursive n(i) as (select 2 union all select i + 1 from n where i < 1500)
     insert into maps select i, 'x' || i, case i when 1499 then 'an older form' when 1500 then 'm1' else '' end, 1 from n`,
  );
  for (const target of ["m2", "m3", "m4"]) await put(path, `m1: [m1, ${target}]`);
  const rows = database.prepare("select number, services from maps order by number").all();
  t.equal(rows.length, 1_001);
  t.equal(rows.at(-1)?.number, 1_503);
  t.strictSame(
    rows.filter(({ services }) => services !== "").map(({ number }) => number),
    [1_499, 1_503],
    "what is older is not written again",
  );
  t.strictSame(
    database
      .prepare("select number from resolved_map")
      .all()
      .map(({ number }) => number),
    [1_503],
  );
});
