import {
  audienceOf,
  type CompiledMap,
  serviceOfAudience,
  settingsOf,
  transferables,
  withoutServices,
} from "@meshpass/policy";
import t from "tap";
import { mapOf, withInteractions } from "./parsed.ts";

const text = withInteractions("m1: [m2, m3]", "constructor: [m4]").replace(
  "...",
  `services:
  m1: {audience: "urn:m1", metadata: {__proto__: a, constructor: b}, scopes: [r]}
  m2: {audience: "urn:a", quota: {per_hour: 1}}
  m3: {audience: "https://m3.example/", enabled: false}
...`,
);
const map = mapOf(text);
const hostile = ["", "__proto__", "toString", "M1", "m1 ", "m1\0", "ｍ1", "\ud800", ":", "urn:", "urn:m1 ", "urn:M1"];
const defaults = { metadata: {}, tokenFormat: "jwt", enabled: true, errors: "rfc" };

t.test(
  "a service without settings has the defaults, as has a name that is in no map, and always the same",
  async (t) => {
    for (const name of ["m4", "constructor", "m9", ...hostile, "m1".repeat(100_000)]) {
      t.same(settingsOf(map, name), defaults, name.slice(0, 20));
      t.equal(settingsOf(map, name), settingsOf(map, "m4"));
      t.equal(audienceOf(map, name), name);
    }
  },
);

t.test("settings are read once, and nobody can change them for others", async (t) => {
  const settings = settingsOf(map, "m1");
  t.equal(settingsOf(map, "m1"), settings);
  for (const change of [
    () => ((settings as { enabled: boolean }).enabled = false),
    () => ((settings.metadata as Record<string, string>).plan = "gold"),
    () => (settings.scopes as string[]).push("w"),
    () => ((settingsOf(map, "m2").quota as { perHour: number }).perHour = 2),
    () => ((settingsOf(map, "m4").metadata as Record<string, string>).plan = "gold"),
  ]) {
    t.throws(change, TypeError);
  }
});

t.test("metadata has the keys that are written, whatever they are, and no others", async (t) => {
  for (const { metadata } of [settingsOf(map, "m1"), settingsOf(map, "m4")]) {
    t.equal(Object.getPrototypeOf(metadata), null);
    t.notOk("toString" in metadata);
  }
  const { metadata } = settingsOf(map, "m1");
  t.strictSame(Object.entries(metadata), [
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
});

t.test("a service is found by its canonical audience, and by no other", async (t) => {
  for (const [name, audience] of [
    ["m1", "urn:m1"],
    ["m2", "urn:a"],
    ["m3", "https://m3.example/"],
    ["m4", "m4"],
    ["constructor", "constructor"],
  ] as const) {
    t.equal(audienceOf(map, name), audience);
    t.equal(serviceOfAudience(map, audience), name);
  }
  for (const audience of ["m1", "m2", "m3", "m9", "urn:b", "urn:m", ...hostile]) {
    t.equal(serviceOfAudience(map, audience), undefined, audience);
  }
});

t.test("of a thousand audiences each is found", async (t) => {
  const names = Array.from({ length: 1_000 }, (_, n) => `s${n}`);
  const services = names.map((name, n) => `  ${name}: {audience: "urn:${(n * 7_919) % 1_000}"}`);
  const many = mapOf(withInteractions(`m1: [${names}]`).replace("...", ["services:", ...services, "..."].join("\n")));
  t.strictSame(
    names.filter((name) => serviceOfAudience(many, audienceOf(many, name)) !== name),
    [],
  );
  t.equal(serviceOfAudience(many, "urn:1000"), undefined);
});

t.test("a map that is transferred to another thread says the same about services", async (t) => {
  const leaving = mapOf(text);
  const moved = structuredClone(leaving, { transfer: transferables(leaving) });
  for (const name of ["m1", "m2", "m3", "m4"]) t.same(settingsOf(moved, name), settingsOf(map, name));
  t.equal(serviceOfAudience(moved, "urn:a"), "m2");
});

t.test("a map that was compiled when there were no services says nothing about any", async (t) => {
  const { services, audiences, ...old } = mapOf(withInteractions("m1: [m2]"));
  const completed: CompiledMap = withoutServices(old);
  t.strictSame(completed.services, services);
  t.strictSame(completed.audiences, audiences);
  t.same(settingsOf(completed, "m1"), defaults);
  t.equal(serviceOfAudience(completed, "m1"), "m1");
  t.equal(serviceOfAudience(completed, "urn:a"), undefined);
});
