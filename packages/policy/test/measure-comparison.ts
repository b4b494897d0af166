/**
 * Measures the comparison of two maps: `node packages/policy/test/measure-comparison.ts SERVICES EDGES
 * [long|settings]`. The second one lacks the edges of one caller in a hundred; once all edges are gone; and with `settings`,
 * where both say something about every service, once all audiences are others.
 */
import { type CompiledMap, compareMaps } from "@meshpass/policy";
import { mapOf, withInteractions } from "./parsed.ts";

const services = Number(process.argv[2] ?? 10_000);
const perCaller = Number(process.argv[3] ?? 1_000_000) / services;
const form = process.argv[4];
const name = (number: number): string => `svc-${number % services}`;
const edge = (target: string, n: number) =>
  form === "long" ? `{target: ${target}, scopes: [read, s${n % 100}], reason: OPS-${n}}` : target;

const settingsOf = (service: number, prefix: string): string =>
  `${name(service)}: {audience: "${prefix}:${name(service)}", scopes: [read, s${service}], metadata: {team: t${service}}}`;

function mapWithout(isGone: (caller: number) => boolean, prefix = "urn"): CompiledMap {
  const callers = Array.from({ length: services }, (_, caller) => {
    const targets = Array.from({ length: perCaller }, (_, i) =>
      edge(name(caller * 7 + i * 37), caller * perCaller + i),
    );
    return `${name(caller)}: [${isGone(caller) ? "" : targets.join(", ")}]`;
  });
  const settings = Array.from({ length: form === "settings" ? services : 0 }, (_, n) => settingsOf(n, prefix));
  return mapOf(withInteractions(...callers).replace("...", `services: {${settings.join(", ")}}\n...`));
}

function measure(what: string, after: CompiledMap): void {
  const start = performance.now();
  const narrowed = compareMaps(before, after, { defaultLifetimeSeconds: 300, nowSeconds: 0 });
  const milliseconds = (performance.now() - start).toFixed(0);
  console.log(`${what}: ${milliseconds} ms, ${narrowed.reduce((sum, { targets }) => sum + targets.length, 0)} pairs`);
}

const before = mapWithout(() => false);
measure("the same", structuredClone(before));
measure(
  "a hundredth gone",
  mapWithout((caller) => caller % 100 === 0),
);
measure(
  "all gone",
  mapWithout(() => true),
);
if (form === "settings") {
  measure(
    "other audiences",
    mapWithout(() => false, "uri"),
  );
}
