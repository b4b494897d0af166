import { endings } from "@meshpass/protocol";
import t from "tap";
import type { Caller } from "../../src/caller.ts";
import { createCutTable } from "../../src/cutoffs/cut-table.ts";
import { endingOfJti } from "../../src/cutoffs/endings-of.ts";

const caller = (gen: unknown, changes: Partial<Caller> = {}): Caller => ({
  name: "m1",
  kind: "access",
  jti: "jti-1",
  kid: "d-1",
  issuer: "auth-server",
  audience: "m2",
  issuedAt: 0,
  expiresAt: 300,
  claims: { gen },
  scopes: new Set(),
  legacy: false,
  onBehalfOf: undefined,
  chain: [changes.name ?? "m1"],
  parents: [],
  ...changes,
});

const tableOf = (...ends: string[]) => {
  const table = createCutTable();
  table.replace(
    5,
    ends.map((text, at) => ({ number: at + 1, ends: text })),
    0,
  );
  return table;
};

t.test("a token without a place in the feed is refused, whatever was cut", async (t) => {
  for (const gen of [undefined, null, "", "5", "05.1", "5.1.1", 5.1, { epoch: 5, number: 1 }])
    t.equal(tableOf().refusalOf(caller(gen)), "wrong_gen", JSON.stringify(gen));
  t.equal(tableOf().refusalOf(caller("5.0")), undefined);
});

t.test("cuts name the service, and end its tokens also where their audience is another text", async (t) => {
  const refusalOf = (service: string | undefined, ends: string) => {
    const table = createCutTable(service);
    table.replace(5, [{ number: 1, ends }], 0);
    return table.refusalOf(caller("5.0", { audience: "urn:maps" }));
  };
  for (const ends of [endings.target("maps"), endings.edge("m1", "maps")]) {
    t.equal(refusalOf("maps", ends), "cut");
    t.equal(refusalOf(undefined, ends), undefined);
  }
  t.equal(refusalOf("maps", endings.target("m2")), undefined);
});

t.test(
  "of a delegated token a cut of any member, edge or token of its chain is its end, of any gen that is older",
  async (t) => {
    const delegated = { name: "m2", onBehalfOf: "m0", chain: ["m0", "m1", "m2"], audience: "m3", jti: "jti-3" };
    const parents = [{ jti: "jti-1", kid: "d-7" }, { jti: "jti-2" }];
    const refusalOf = (ends: string, gen = "5.0") => tableOf(ends).refusalOf(caller(gen, { ...delegated, parents }));
    const members = ["m0", "m1", "m2"].map(endings.caller);
    const targets = ["m1", "m2", "m3"].map(endings.target);
    const edges = [endings.edge("m0", "m1"), endings.edge("m1", "m2"), endings.edge("m2", "m3")];
    for (const ends of [...members, ...targets, ...edges, ...["jti-1", "jti-2", "jti-3"].map(endingOfJti)]) {
      t.equal(refusalOf(ends), "cut", ends);
      t.equal(refusalOf(ends, "5.1"), undefined, `${ends}, decided after it`);
    }
    t.equal(refusalOf(endings.kid("d-7"), "5.9"), "cut", "the key of a token that it came from");
    for (const ends of [endings.caller("m3"), endings.target("m0"), endings.edge("m0", "m2"), endings.edge("m1", "m3")])
      t.equal(refusalOf(ends), undefined, ends);
  },
);

t.test("a cut ends what was decided before it, and nothing that was decided after it", async (t) => {
  const table = tableOf(endings.caller("m8"), endings.edge("m1", "m2"));
  t.equal(table.refusalOf(caller("5.0")), "cut");
  t.equal(table.refusalOf(caller("5.1")), "cut");
  t.equal(table.refusalOf(caller("5.2")), undefined);
  t.equal(table.refusalOf(caller("5.3")), undefined, "decided by who knows more");
});

t.test("the later of two cuts of one thing counts", async (t) => {
  const table = tableOf(endings.target("m2"), endings.caller("m8"), endings.target("m2"));
  t.equal(table.refusalOf(caller("5.2")), "cut");
  t.equal(table.size(), 2);
});

t.test(
  "a new epoch ends every token of an older one; one of a newer epoch is not for this table to judge",
  async (t) => {
    t.equal(tableOf().refusalOf(caller("4.99")), "cut");
    t.equal(tableOf(endings.everything).refusalOf(caller("6.0")), undefined);
  },
);

t.test("a cut of a key ends every token of that key, of any gen", async (t) => {
  const table = tableOf(endings.kid("d-1"));
  for (const gen of ["4.0", "5.0", "5.9", "6.0"]) t.equal(table.refusalOf(caller(gen)), "cut", gen);
  t.equal(table.refusalOf(caller("5.0", { kid: "d-2" })), undefined);
});

t.test("a snapshot replaces all that was there, a delta adds", async (t) => {
  const table = tableOf(endings.caller("m1"));
  table.add([{ number: 2, ends: endings.caller("m3") }], 0);
  table.add([{ number: 3, ends: endings.kid("d-3") }], 0);
  t.equal(table.refusalOf(caller("5.0")), "cut");
  t.equal(table.refusalOf(caller("5.1", { name: "m3" })), "cut");
  t.equal(table.refusalOf(caller("5.3", { kid: "d-3" })), "cut");
  table.replace(5, [{ number: 2, ends: endings.caller("m3") }], 0);
  t.equal(table.refusalOf(caller("5.3", { kid: "d-3" })), undefined);
  t.equal(table.refusalOf(caller("5.0")), undefined);
  t.equal(table.refusalOf(caller("5.1", { name: "m3" })), "cut");
});

t.test("its version changes with each cut and each snapshot, and with nothing else", async (t) => {
  const table = tableOf();
  const version = table.version();
  table.add([], 1);
  t.equal(table.version(), version, "a heartbeat");
  table.add([{ number: 1, ends: endings.everything }], 1);
  t.equal(table.version(), version + 1);
  table.replace(5, [], 1);
  t.not(table.version(), version + 1);
});

t.test("a cut goes when nothing that it can match is alive: after a day, but one of a key never", async (t) => {
  const table = tableOf(endings.kid("d-1"), endings.caller("m1"));
  const day = 86_400_000;
  table.add([{ number: 3, ends: endings.caller("m3") }], day);
  t.equal(table.size(), 3);
  t.equal(table.refusalOf(caller("5.0", { kid: "d-2" })), "cut");
  table.add([], day + 10_001);
  t.equal(table.size(), 2);
  table.add([], 3 * day);
  t.equal(table.size(), 1);
  t.equal(table.refusalOf(caller("5.9")), "cut", "the key's");
});

t.test("a cut that is repeated stays for a day from then", async (t) => {
  const table = tableOf(endings.caller("m1"), endings.caller("m3"));
  const again = { number: 3, ends: endings.caller("m1") };
  table.add([again], 80_000_000);
  table.add([], 90_000_000);
  t.equal(table.refusalOf(caller("5.1")), "cut");
  t.equal(table.size(), 1, "and hides no older one");
});

t.test("a cut of everything stands for all before it", async (t) => {
  const table = tableOf(endings.caller("m1"), endings.kid("d-9"), endings.everything, endings.caller("m3"));
  t.equal(table.size(), 3);
  t.equal(table.refusalOf(caller("5.2")), "cut");
  t.equal(table.refusalOf(caller("5.9", { kid: "d-9" })), "cut");
});

t.test("a flood of cuts of keys ends nothing else", async (t) => {
  const table = tableOf();
  const flood = Array.from({ length: 100_002 }, (_, at) => ({ number: at + 1, ends: `kid x${at}` }));
  table.add(flood, 0);
  t.equal(table.refusalOf(caller("5.0", { kid: "x7" })), "cut");
  t.equal(table.refusalOf(caller("5.0")), undefined);
});

t.test("a flood of cuts becomes a cut of everything: it stays bounded, and lets nothing through", async (t) => {
  const table = tableOf();
  const flood = Array.from({ length: 100_002 }, (_, at) => ({ number: at + 1, ends: `caller x${at}` }));
  table.add(flood, 0);
  t.ok(table.size() <= 2);
  t.equal(table.refusalOf(caller("5.100000")), "cut");
  t.equal(table.refusalOf(caller("5.100002")), undefined);
});
