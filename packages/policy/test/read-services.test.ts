import { settingsOf } from "@meshpass/policy";
import t from "tap";
import { mapOf, problemsOf, withInteractions } from "./parsed.ts";

/** A map of m1, m2 and m3 with these lines under `services`, the first of which is line 6 and begins in column 3. */
const withServices = (...lines: readonly string[]): string =>
  withInteractions("m1: [m1, m2]", "m3: [m1]").replace(
    "...",
    ["services:", ...lines.map((line) => `  ${line}`), "..."].join("\n"),
  );

t.test("a service has all the settings that are written, and the defaults of the others", async (t) => {
  const map = mapOf(
    withServices(
      "m1:",
      "  audience: urn:worldmappers",
      "  scopes: [directions, geocode:location]",
      "  metadata: {team: maps, plan: gold}",
      "  grants: [token_exchange]",
      "  token_format: opaque",
      "  enabled: false",
      "  errors: auth0",
      "  quota: {per_hour: 100, per_day: 1000000000, enforce: false}",
      "m2: {grants: [token_exchange, client_credentials], scopes: [], metadata: {}, quota: {per_day: 1}}",
    ),
  );
  t.same(settingsOf(map, "m1"), {
    audience: "urn:worldmappers",
    scopes: ["directions", "geocode:location"],
    metadata: { team: "maps", plan: "gold" },
    grants: ["token_exchange"],
    tokenFormat: "opaque",
    enabled: false,
    errors: "auth0",
    quota: { perHour: 100, perDay: 1_000_000_000, enforce: false },
  });
  t.same(settingsOf(map, "m2"), {
    scopes: [],
    metadata: {},
    grants: ["client_credentials", "token_exchange"],
    tokenFormat: "jwt",
    enabled: true,
    errors: "rfc",
    quota: { perDay: 1, enforce: true },
  });
});

t.test("services may be named anywhere in the map but in its tests, and have nothing written about them", async (t) => {
  const map = `version: 1
services: {caller: {}, target: {}, member: {}, denied: {}}
interactions: {caller: [target], group:g: [target]}
groups: {g: [member]}
deny: {caller: [denied]}
...
`;
  t.same(problemsOf(map), []);
  t.same(problemsOf(withInteractions("m1: []").replace("...", "services: {}\n...")), []);
});

const form = "audience, scopes, metadata, grants, token_format, enabled, errors, quota";
const badAudience = "write an absolute URI without fragment, of at most 200 characters, such as urn:worldmappers";
const invisible = "write one line of 1 to 255 characters, all of them visible";
const badCount = "write a whole number from 1 to 1000000000";

const refused: Readonly<Record<string, readonly [lines: readonly string[], ...problems: readonly string[]]>> = {
  "a list of services": [
    ["- m1"],
    "6:3 wrong_type: a list stands where a mapping belongs; write name: and its settings, or {} for none",
  ],
  "a service with nothing, or a text, where its settings belong": [
    ["m1:", "m2: urn:m2"],
    `6:3 wrong_type: nothing stands where a mapping belongs; write the fields ${form}`,
    `7:7 wrong_type: a single text stands where a mapping belongs; write the fields ${form}`,
  ],
  "fields that nobody knows (object-map policy)": [
    ["m1: {audiance: urn:x, __proto__: {}, constructor: 1}"],
    '6:8 unknown_field: there is no field "audiance"; write audience',
    `6:25 unknown_field: there is no field "__proto__"; the fields here are ${form}`,
    `6:40 unknown_field: there is no field "constructor"; the fields here are ${form}`,
  ],
  "names that are none, and that stand nowhere else": [
    ["__proto__: {}", "operator: {}", "group:web: {}", "constructor: {}", "m4: {}"],
    '6:3 bad_name: "__proto__" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    '7:3 reserved_name: "operator" stands for Meshpass itself; give the service another name',
    '8:3 bad_name: "group:web" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    '9:3 unknown_name: "constructor" stands nowhere else in the map; name constructor in interactions, or delete it here',
    '10:3 unknown_name: "m4" stands nowhere else in the map; write m1, or name m4 in interactions',
  ],
  "a service written twice": [
    ["m1: {}", "m1: {}"],
    '7:3 duplicate_key: "m1" is already written in line 6; merge the two into one',
  ],
  "audiences that are no absolute URI": [
    ["m1: {audience: worldmappers}", "m2: {audience: 'urn:a b'}", `m3: {audience: "urn:a'b"}`],
    `6:18 bad_value: "worldmappers" cannot be an audience; ${badAudience}`,
    `7:18 bad_value: "urn:a b" cannot be an audience; ${badAudience}`,
    `8:18 bad_value: "urn:a'b" cannot be an audience; ${badAudience}`,
  ],
  "audiences with a fragment, a broken escape, a letter of another alphabet": [
    ["m1: {audience: 'https://a.example/#b'}", "m2: {audience: urn:%4}", 'm3: {audience: "urn:\\u0430"}'],
    `6:18 bad_value: "https://a.example/#b" cannot be an audience; ${badAudience}`,
    `7:18 bad_value: "urn:%4" cannot be an audience; ${badAudience}`,
    `8:18 bad_value: "urn:а" cannot be an audience; ${badAudience}`,
  ],
  "audiences that are empty, too long, or a list": [
    ["m1: {audience: 'urn:'}", `m2: {audience: urn:${"x".repeat(197)}}`, "m3: {audience: [urn:a]}"],
    `6:18 bad_value: "urn:" cannot be an audience; ${badAudience}`,
    `7:18 bad_value: "urn:${"x".repeat(36)}…" cannot be an audience; ${badAudience}`,
    "8:18 wrong_type: a list stands where an audience belongs; write an audience",
  ],
  "audiences of Meshpass itself": [
    ["m1: {audience: meshpass:operator}", "m2: {audience: MeshPass:x}"],
    '6:18 reserved_name: "meshpass:operator" stands for Meshpass itself; give the service another audience',
    '7:18 reserved_name: "MeshPass:x" stands for Meshpass itself; give the service another audience',
  ],
  "the audience of another service": [
    ["m1: {audience: urn:x}", "m2:", "  scopes: []", "  audience: urn:x", "m3: {audience: urn:X}"],
    '9:15 duplicate_audience: "urn:x" is the audience of "m1" too, in line 6; give each service an audience of its own',
  ],
  "scopes that are no list, or cannot be scopes": [
    ["m1: {scopes: read}", "m2: {scopes: [a, a, 'b c', [c]]}"],
    '6:16 wrong_type: "read" stands where a list belongs; put it in brackets: [ and ]',
    '7:20 duplicate_item: "a" is already in this list, in line 7; delete one of the two',
    '7:23 bad_value: "b c" cannot be a scope; write visible ASCII without space, " and \\',
    "7:30 wrong_type: a list stands where a scope belongs; write a scope",
  ],
  "too many scopes": [
    [`m1: {scopes: [${Array.from({ length: 1_001 }, (_, n) => n)}]}`],
    "6:16 bad_value: these are more than 1000 scopes; use fewer, or leave scopes out to take any",
  ],
  "metadata with too many keys": [
    ["m1:", "  metadata:", ...Array.from({ length: 12 }, (_, n) => `    k${n}: v`)],
    "18:7 bad_value: the metadata has more than 10 keys; keep the 10 that are needed",
  ],
  "metadata that is no line of text": [
    [
      `m1: {metadata: {'': a, b: " ", c: "\\u0000", ${"d".repeat(256)}: e, f: [g], h: ${"i".repeat(256)}}}`,
      "m2: {metadata: gold}",
    ],
    `6:19 bad_value: this cannot be a key of metadata; ${invisible}`,
    `6:29 bad_value: this cannot be a value of metadata; ${invisible}`,
    `6:37 bad_value: this cannot be a value of metadata; ${invisible}`,
    `6:47 bad_value: this cannot be a key of metadata; ${invisible}`,
    "6:311 wrong_type: a list stands where a value of metadata belongs; write a value of metadata",
    `6:319 bad_value: this cannot be a value of metadata; ${invisible}`,
    "7:18 wrong_type: a single text stands where a mapping belongs; write key: value, or {} for none",
  ],
  "grants that nobody knows": [
    ["m1: {grants: [client_credential, password, token_exchange, token_exchange]}", "m2: {grants: token_exchange}"],
    '6:17 bad_value: "client_credential" is not known here; write client_credentials',
    '6:36 bad_value: "password" is not known here; write client_credentials or token_exchange',
    '6:62 duplicate_item: "token_exchange" is already in this list, in line 6; delete one of the two',
    '7:16 wrong_type: "token_exchange" stands where a list belongs; put it in brackets: [ and ]',
  ],
  "formats, errors and switches that nobody knows": [
    ["m1: {token_format: JWT, errors: plain, enabled: no}", "m2: {token_format: opaqe, errors: [rfc], enabled: True}"],
    '6:22 bad_value: "JWT" is not known here; write jwt or opaque',
    '6:35 bad_value: "plain" is not known here; write rfc or auth0',
    '6:51 bad_value: "no" is not known here; write true or false',
    '7:22 bad_value: "opaqe" is not known here; write opaque',
    "7:37 wrong_type: a list stands where rfc or auth0 belongs; write rfc or auth0",
    '7:53 bad_value: "True" is not known here; write true',
  ],
  "quotas out of range": [
    ["m1: {quota: {per_hour: 0, per_day: 1000000001}}", "m2: {quota: {per_hour: 1.5, per_day: 1e3, enforce: yes}}"],
    `6:26 bad_value: "0" cannot be a quota; ${badCount}`,
    `6:38 bad_value: "1000000001" cannot be a quota; ${badCount}`,
    `7:26 bad_value: "1.5" cannot be a quota; ${badCount}`,
    `7:40 bad_value: "1e3" cannot be a quota; ${badCount}`,
    '7:54 bad_value: "yes" is not known here; write true or false',
  ],
  "quotas that limit nothing, and one that is only misspelt": [
    ["m1: {quota: {}}", "m2: {quota: {enforce: true}}", "m3: {quota: {per_our: 5}}"],
    "6:15 missing_field: this quota limits nothing; write per_hour: or per_day: and a number",
    "7:15 missing_field: this quota limits nothing; write per_hour: or per_day: and a number",
    '8:16 unknown_field: there is no field "per_our"; write per_hour',
  ],
  "quotas that are no mapping": [
    ["m1: {quota: 100}", "m2: {quota: {per_hour: [1]}}"],
    "6:15 wrong_type: a single text stands where a mapping belongs; write the fields per_hour, per_day, enforce",
    "7:26 wrong_type: a list stands where a number belongs; write a number",
  ],
  "what is nested too deep": [
    ["m1: {metadata: {a: [[[[[b]]]]]}}"],
    "6:26 too_deep: more than 8 levels inside each other; a map needs five",
  ],
};

for (const [title, [lines, ...problems]] of Object.entries(refused)) {
  t.test(`refused with place and remedy: ${title}`, async (t) => {
    t.strictSame(problemsOf(withServices(...lines)), problems);
  });
}

t.test("where the interactions cannot be read, no service is said to stand nowhere", async (t) => {
  t.strictSame(problemsOf("version: 1\ninteractions: [m1]\nservices: {m1: {}}\n...\n"), [
    "2:15 wrong_type: a list stands where a mapping belongs; write caller: [target, target], or {} for none",
  ]);
  const broken = withServices("m1: {}", "m4: {}").replace("m3: [m1]", "m4: [m1");
  t.notMatch(problemsOf(broken).join("\n"), /unknown_name/);
});

t.test("the time to read 10,000 services with settings does not grow with their square", async (t) => {
  const names = Array.from({ length: 10_000 }, (_, n) => `svc-${n}`);
  const settings = names.flatMap((name, n) => [
    `  ${name}:`,
    `    audience: "urn:${name}"`,
    `    scopes: [read, write, s${n}]`,
    `    metadata: {team: t${n}, plan: gold}`,
    `    quota: {per_hour: ${n + 1}}`,
  ]);
  const callers = names.map((name) => `${name}: [svc-1]`);
  const text = withInteractions(...callers).replace("...", ["services:", ...settings, "..."].join("\n"));
  const before = process.cpuUsage();
  t.equal(settingsOf(mapOf(text), "svc-9999").quota?.perHour, 10_000);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  t.ok(seconds < 3, `it took ${seconds.toFixed(2)} s of CPU; it should take less than one`);
});
