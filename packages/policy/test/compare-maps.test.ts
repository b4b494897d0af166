import {
  audienceOf,
  type CompiledMap,
  compareMaps,
  decide,
  type EdgeAttributes,
  type Narrowed,
  namesOf,
  settingsOf,
} from "@meshpass/policy";
import t from "tap";
import { fullMap } from "./full-map.ts";
import { mapOf, withInteractions } from "./parsed.ts";
import { createRandom } from "./random.ts";

const now = Date.UTC(2027, 0, 1) / 1_000;
const options = { defaultLifetimeSeconds: 300, nowSeconds: now };
const compare = (before: string, after: string) => compareMaps(mapOf(before), mapOf(after), options);
const edge = (attributes: string) => withInteractions(`m1: [{target: m2, ${attributes}}]`, "m3: [m2]");
const cut: readonly Narrowed[] = [{ caller: "m1", targets: ["m2"] }];

t.test("an edge that is gone, with its caller or its target too, is narrower", async (t) => {
  const before = withInteractions("m1: [m1, m2]", "m3: [m1]");
  t.strictSame(compare(before, withInteractions("m1: [m1]", "m3: [m1]")), cut);
  t.strictSame(compare(before, withInteractions("m3: [m1]")), [{ caller: "m1", targets: ["m1", "m2"] }]);
  t.strictSame(compare(before, withInteractions("m9: [m9]")), [
    { caller: "m1", targets: ["m1", "m2"] },
    { caller: "m3", targets: ["m1"] },
  ]);
});

t.test("a default lifetime that was longer narrows every edge without a lifetime of its own", async (t) => {
  const map = mapOf(withInteractions("m1: [m2, {target: m3, lifetime: 10m}]", "m3: [{target: m1, scopes: [a]}]"));
  const targets = (lastDefaultLifetimeSeconds: number, after = map) =>
    compareMaps(map, after, { ...options, lastDefaultLifetimeSeconds });
  t.strictSame(targets(301), [
    { caller: "m1", targets: ["m2"] },
    { caller: "m3", targets: ["m1"] },
  ]);
  t.strictSame(targets(300), []);
  t.strictSame(targets(60), [], "a shorter one narrowed nothing");
  const written = mapOf(withInteractions("m1: [{target: m2, lifetime: 10m}, m3]", "m3: [{target: m1, scopes: [a]}]"));
  t.strictSame(targets(600, written), [
    { caller: "m1", targets: ["m3"] },
    { caller: "m3", targets: ["m1"] },
  ]);
});

t.test("an edge that is now denied is narrower", async (t) => {
  const before = withInteractions("m1: [m1, m2]");
  t.strictSame(compare(before, before.replace("...", "deny: {m1: [m2]}\n...")), cut);
});

const narrower: Record<string, readonly [before: string, after: string]> = {
  "a proof is demanded": ["scopes: []", "proof: dpop"],
  "a scope is gone": ["scopes: [a, b]", "scopes: [b]"],
  "all scopes are gone": ["scopes: [a]", "scopes: []"],
  "a scope stands in place of another": ["scopes: [a]", "scopes: [b, c]"],
  "the lifetime is shorter": ["lifetime: 2m", "lifetime: 119s"],
  "a lifetime is written that is shorter than the default": ["scopes: []", "lifetime: 299s"],
  "a lifetime longer than the default is gone": ["lifetime: 301s", "scopes: []"],
  "the end is earlier": ["expires: 2027-06-30", "expires: 2027-06-30T23:59:59Z"],
  "there is an end now": ["scopes: []", "expires: 2099-12-31"],
  "the end has passed": ["expires: 2027-06-30", "expires: 2026-12-31"],
  "first callers are listed now": ["scopes: []", "on_behalf_of: [m1, m2, m3]"],
  "a first caller is gone": ["on_behalf_of: [m1, m3]", "on_behalf_of: [m3]"],
  "a first caller stands in place of another": ["on_behalf_of: [m1]", "on_behalf_of: [m2, m3]"],
  "the longest chain is shorter": ["max_chain: 3", "max_chain: 2"],
  "chains have a limit now": ["scopes: []", "max_chain: 7"],
};
for (const [name, [before, after]] of Object.entries(narrower)) {
  t.test(`an edge is narrower where ${name}`, async (t) => {
    t.strictSame(compare(edge(before), edge(after)), cut);
  });
}

const harmless: Record<string, readonly [before: string, after: string]> = {
  "more scopes, in another order": ["scopes: [b, a]", "scopes: [a, c, b]"],
  "a first scope": ["lifetime: 2m", "lifetime: 2m, scopes: [a]"],
  "a longer life": ["lifetime: 2m", "lifetime: 1h"],
  "the default lifetime, written": ["scopes: []", "lifetime: 5m"],
  "the default lifetime, no longer written": ["lifetime: 5m", "scopes: []"],
  "no proof any more": ["proof: dpop", "scopes: []"],
  "a later end": ["expires: 2027-06-30", "expires: 2027-07-01"],
  "no end any more": ["expires: 2027-06-30", "scopes: []"],
  "another reason": ["reason: OPS-77", "reason: OPS-78"],
  "a reason less": ["reason: OPS-77", "scopes: []"],
  "more first callers, in another order": ["on_behalf_of: [m3, m1]", "on_behalf_of: [m1, m2, m3]"],
  "anybody as the first caller": ["on_behalf_of: [m1]", "scopes: []"],
  "a longer chain": ["max_chain: 2", "max_chain: 3"],
  "the longest chain that there is, written": ["scopes: []", "max_chain: 8"],
  "no limit of the chain any more": ["max_chain: 2", "scopes: []"],
  "an end that had passed, still earlier": ["expires: 2026-12-30", "expires: 2026-12-01"],
};
for (const [name, [before, after]] of Object.entries(harmless)) {
  t.test(`no difference is ${name}`, async (t) => {
    t.strictSame(compare(edge(before), edge(after)), []);
  });
}

t.test("an edge that had ended or was denied is no loss", async (t) => {
  const without = withInteractions("m3: [m2]");
  t.strictSame(compare(edge("expires: 2026-12-31"), without), [], "2027 begins, and with it the edge has ended");
  t.strictSame(compare(edge("expires: 2027-01-01T00:00:01Z"), without), cut, "a second is left");
  t.strictSame(compare(edge("lifetime: 1h").replace("...", "deny: {m1: [m2]}\n..."), without), []);
});

t.test("names, lines and numbers that move are no difference", async (t) => {
  const before = withInteractions(
    "m1: [{target: m2, scopes: [a], lifetime: 1h}, m3]",
    "m3: [{target: m1, scopes: [b]}]",
  );
  const after = withInteractions(
    "a1: [{target: zz, scopes: [c], lifetime: 9m}]",
    "m3: [a1, {target: m1, scopes: [b]}]",
    "m2: [{target: m0, reason: OPS-77}]",
    "m1: [m0, m3, {target: m2, lifetime: 1h, scopes: [a]}]",
  );
  t.strictSame(compare(before, after), []);
  t.strictSame(compare(fullMap, fullMap), []);
});

t.test("an edge through a group is the same edge", async (t) => {
  const named = withInteractions("m1: [m3]", "m2: [m3]");
  const grouped = withInteractions("group:web: [m3]").replace("...", "groups: {web: [m1, m2]}\n...");
  t.strictSame(compare(named, grouped), []);
  t.strictSame(compare(grouped, grouped.replace("[m1, m2]", "[m2]")), [{ caller: "m1", targets: ["m3"] }]);
});

t.test("an attribute that is not known counts as narrower wherever it is written", async (t) => {
  const [plain, scoped] = [mapOf(edge("reason: a")), mapOf(edge("scopes: [a]"))];
  const withMethods = (map: CompiledMap, ...cells: number[]) =>
    ({ ...map, methods: Int32Array.from(cells) }) as CompiledMap;
  t.strictSame(compareMaps(plain, withMethods(scoped, 0, 7), options), cut, "added");
  t.strictSame(compareMaps(withMethods(plain, 0, 7), scoped, options), cut, "taken away");
  t.strictSame(compareMaps(withMethods(plain, 0, 7), withMethods(scoped, 0, 7), options), cut, "maybe changed");
  t.strictSame(compareMaps(withMethods(plain, 0, 0), withMethods(scoped, 0, 0), options), [], "in neither");
});

/** The map of m1 => m2 and m3 => m2 with these settings of m1 and m2. */
const withSettings = (ofCaller: string, ofTarget: string): string =>
  edge("").replace("...", `services: {m1: {${ofCaller}}, m2: {${ofTarget}}}\n...`);
const both: readonly Narrowed[] = [...cut, { caller: "m3", targets: ["m2"] }];

const lost: Record<string, readonly [before: string, after: string, narrowed: readonly Narrowed[]]> = {
  "its caller is disabled now": [edge(""), withSettings("enabled: false", ""), cut],
  "its target is disabled now": [edge(""), withSettings("", "enabled: false"), both],
  "its target has an audience now": [edge(""), withSettings("", "audience: urn:a"), both],
  "its target has another audience": [withSettings("", "audience: urn:a"), withSettings("", "audience: urn:b"), both],
  "its target has no audience any more": [withSettings("", "audience: urn:a"), edge(""), both],
  "its caller has lost the grant client_credentials": [edge(""), withSettings("grants: [token_exchange]", ""), cut],
  "its caller has lost the grant token_exchange": [edge(""), withSettings("grants: [client_credentials]", ""), cut],
  "its caller has lost the grant token_exchange of two that were written": [
    withSettings("grants: [token_exchange, client_credentials]", ""),
    withSettings("grants: [client_credentials]", ""),
    cut,
  ],
  "its caller has lost its only grant": [
    withSettings("grants: [client_credentials]", ""),
    withSettings("grants: []", ""),
    cut,
  ],
};
for (const [name, [before, after, narrowed]] of Object.entries(lost)) {
  t.test(`an edge is narrower where ${name}`, async (t) => {
    t.strictSame(compare(before, after), narrowed);
  });
}

const kept: Record<string, readonly [before: string, after: string]> = {
  "a caller that has an audience now": ["", "audience: urn:a"],
  "a caller with another audience": ["audience: urn:a", "audience: urn:b"],
  "all grants, written": ["", "grants: [token_exchange, client_credentials]"],
  "a grant that there had not been": ["grants: []", "grants: [token_exchange]"],
  "a service that was disabled": ["enabled: false", ""],
  "a service that stays disabled, with grants less": ["enabled: false", "enabled: false, grants: []"],
  "metadata, errors, a quota and a format": [
    "metadata: {plan: gold}",
    "metadata: {}, errors: auth0, quota: {per_hour: 1}, token_format: opaque, scopes: []",
  ],
};
for (const [name, [before, after]] of Object.entries(kept)) {
  t.test(`no difference is ${name}`, async (t) => {
    t.strictSame(compare(withSettings(before, ""), withSettings(after, "")), []);
  });
}

t.test("nothing of a service that had been disabled is lost with its edges", async (t) => {
  const disabled = (name: string) =>
    withInteractions("m1: [m2]", "m3: [m1]").replace("...", `services: {${name}: {enabled: false}}\n...`);
  t.strictSame(compare(disabled("m2"), withInteractions("m3: [m1]")), []);
  t.strictSame(compare(disabled("m3"), withInteractions("m1: [m2]")), []);
  t.strictSame(compare(disabled("m3"), withInteractions("m3: [m1]")), cut, "but what others had is");
});

const grants = ["client_credentials", "token_exchange"] as const;

/** What the comparison must find, from what each map decides about each pair. */
function findNarrowed(before: CompiledMap, after: CompiledMap): readonly Narrowed[] {
  const targetsOf = (caller: string) =>
    namesOf(before).filter((target) => {
      const [had = [], has = []] = [before, after].map((map) => settingsOf(map, caller).grants ?? grants);
      const [old, later] = [before, after].map((map) => decide(map, caller, target, now));
      const isSame =
        audienceOf(before, target) === audienceOf(after, target) && had.every((each) => has.includes(each));
      return old?.allowed && !(later?.allowed && isSame && isWithin(old.edge, later.edge));
    });
  return namesOf(before)
    .map((caller) => ({ caller, targets: targetsOf(caller) }))
    .filter(({ targets }) => targets.length > 0);
}

const isWithin = (old: EdgeAttributes, later: EdgeAttributes): boolean =>
  old.scopes.every((scope) => later.scopes.includes(scope)) &&
  (old.lifetimeSeconds ?? 300) <= (later.lifetimeSeconds ?? 300) &&
  (old.expiresAt ?? Number.POSITIVE_INFINITY) <= (later.expiresAt ?? Number.POSITIVE_INFINITY);

/** A map over some of eight services, in which about every second pair has an edge. */
function randomMap(random: () => number): string {
  const pick = <T>(...all: T[]): T => all[Math.floor(random() * all.length)] as T;
  const some = () => Array.from({ length: 8 }, (_, n) => `s${n}`).filter(() => random() < 0.6);
  const attributes = () =>
    [
      pick("", "scopes: [a]", "scopes: [b, a]", "scopes: [c]"),
      pick("", "lifetime: 1m", "lifetime: 5m", "lifetime: 1h"),
      pick("", "expires: 2026-12-31", "expires: 2027-01-01", "expires: 2027-02-01"),
      pick("", "reason: why"),
    ].filter((text) => text !== "" && random() < 0.6);
  const edgeTo = (target: string) => `{${[`target: ${target}`, ...attributes()].join(", ")}}`;
  const callers = some().map((caller) => `${caller}: [${some().map(edgeTo).join(", ")}]`);
  const denied = some().map(
    (caller) =>
      `${caller}: [${some()
        .filter(() => random() < 0.3)
        .join(", ")}]`,
  );
  const settings = () =>
    [
      pick("", "", "audience: urn:S"),
      pick("", "", "enabled: false"),
      pick("", "", "grants: []", "grants: [client_credentials]"),
    ].filter(Boolean);
  const services = Array.from({ length: 8 }, (_, n) => `s${n}: {${settings().join(", ").replace("S", `${n}`)}}`);
  const known = `groups: {all: [${Array.from({ length: 8 }, (_, n) => `s${n}`)}]}\nservices: {${services.join(", ")}}`;
  return withInteractions("x: [y]", ...callers).replace("...", `deny: {${denied.join(", ")}}\n${known}\n...`);
}

t.test("of 200 pairs of maps it finds what a look at each decision finds", async (t) => {
  const random = createRandom(20_261_122);
  let found = 0;
  for (let round = 0; round < 200; round += 1) {
    const texts = [randomMap(random), randomMap(random)] as const;
    const [before, after] = texts.map(mapOf) as [CompiledMap, CompiledMap];
    const expected = findNarrowed(before, after);
    found += expected.length;
    if (JSON.stringify(compareMaps(before, after, options)) === JSON.stringify(expected)) continue;
    t.strictSame(compareMaps(before, after, options), expected, texts.join("\n"));
    return;
  }
  t.ok(found > 400, `${found} callers lost something`);
});
