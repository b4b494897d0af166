/**
 * Measures one map: `node packages/policy/test/measure-map.ts SERVICES EDGES [long|settings]`, where with `settings` the map
 * says something about every service. Prints how long parsing took, how much memory the process needed at most, and how
 * long the slowest hundredth of decisions took at least.
 */
import { decide, parseMap } from "@meshpass/policy";
import { withInteractions } from "./parsed.ts";

const services = Number(process.argv[2] ?? 1_000);
const edges = Number(process.argv[3] ?? 10_000);
const form = process.argv[4];
const perCaller = edges / services;
const name = (number: number): string => `svc-${number % services}`;

function callerText(caller: number): string {
  const targets = Array.from({ length: perCaller }, (_, i) => name(caller * 7 + i * 37));
  if (form !== "long") return `${name(caller)}: [${targets.join(", ")}]`;
  const edgesOf = targets.flatMap((target) => [`  - target: ${target}`, "    scopes: [read]", "    lifetime: 2m"]);
  return [`${name(caller)}:`, ...edgesOf].join("\n  ");
}

const settingsText = (service: number): string => `
  ${name(service)}:
    audience: urn:example:${name(service)}
    scopes: [read, write, admin:${service}]
    metadata: {team: team-${service}, plan: gold}
    quota: {per_hour: ${service + 1}}`;

const all = Array.from({ length: services }, (_, service) => service);
const settings = form === "settings" ? `services:${all.map(settingsText).join("")}\n` : "";
const text = withInteractions(...all.map(callerText)).replace("...", `${settings}...`);
const start = process.hrtime.bigint();
const parsed = parseMap(text);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const megabytes = process.resourceUsage().maxRSS / 1_024;
if (!parsed.ok) throw new Error(parsed.problems[0]?.message);

const times = new Float64Array(200_000).map((_, i) => {
  const [caller, target] = [name(i * 7_919), name(i * 104_729)];
  const before = process.hrtime.bigint();
  decide(parsed.map, caller, target, 0);
  return Number(process.hrtime.bigint() - before);
});
const p99 = times.sort()[Math.floor(times.length * 0.99)];
const size = `${(text.length / 1e6).toFixed(1)} MB of text`;
console.log(`${edges} edges, ${size}: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB, decide p99 ${p99} ns`);
