import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Comparison } from "../bench.ts";
import { driveServer } from "../measure/drive-server.ts";
import { residentMb } from "../measure/resident-mb.ts";
import { compareCpu, type Figure } from "../measure/row.ts";
import { writeBenchMap, writeBigMap } from "../stage/bench-map.ts";
import { readMetric } from "../stage/read-metric.ts";
import { type BenchMesh, startBenchMesh } from "../stage/start-bench-mesh.ts";
import { ourAuthServer } from "./auth-server.ts";

const row = "accesstoken-big-map/small";

interface Size {
  readonly name: string;
  readonly services: number;
  /** Of each service. */
  readonly edges: number;
}

const smaller: readonly Size[] = [
  { name: "1k", services: 100, edges: 10 },
  { name: "10k", services: 1_000, edges: 10 },
  { name: "50k", services: 1_000, edges: 50 },
];
const largest: Size = { name: "1m", services: 10_000, edges: 100 };

/** `/accesstoken` with 1,000,000 edges in the map beside a small one; and what maps of some sizes take. */
export const bigMap: Comparison = {
  rows: [row],
  run: async (bench) => {
    const small = await bench.mesh();
    bench.say("starting a mesh for big maps");
    const mesh = await startBenchMesh(bench.stage, { withoutServices: true });
    const figures: Figure[] = [];
    for (const size of bench.isQuick ? [largest] : [...smaller, largest]) {
      bench.say(`loading a map of ${size.services * size.edges} edges into the auth server`);
      figures.push(...(await loadMap(mesh, size, bench.isQuick)));
    }
    const servers = [ourAuthServer(mesh, "a big map", false), ourAuthServer(small, "a small map", false)];
    const pieces = await bench.interleave(servers.map((server) => driveServer(bench.generator, server)));
    const [ourPieces = [], theirPieces = []] = servers.map(({ name }) => pieces.get(name));
    await mesh.stop();
    return { rows: [compareCpu(row, ourPieces, theirPieces, 0.9)], figures };
  },
};

/** What it takes to load a map, and to load it again without one edge, as a person edits it. */
async function loadMap(mesh: BenchMesh, { name, services, edges }: Size, onlyOnce: boolean): Promise<Figure[]> {
  const text = writeBenchMap(writeBigMap(services, edges));
  const loadMs = await timeReload(mesh, text);
  const changed = text.replace("m2: [m1, m2]", "m2: [m1]");
  const reload = onlyOnce
    ? []
    : [{ name: `map-${name}/reload-ms`, value: await timeReload(mesh, changed), unit: "ms" }];
  return [
    { name: `map-${name}/load-ms`, value: loadMs, unit: "ms" },
    ...reload,
    { name: `map-${name}/auth-server-mb`, value: residentMb(mesh.pid("authServer")), unit: "MB" },
  ];
}

const reloadWithinMs = 60_000;

/** From the writing of the map until it is in force, in ms. */
async function timeReload(mesh: BenchMesh, text: string): Promise<number> {
  const before = await mapNumber(mesh);
  const begun = performance.now();
  writeFileSync(mesh.mapPath, text);
  while ((await mapNumber(mesh)) === before) {
    if (performance.now() - begun > reloadWithinMs) throw new Error("a map was not in force after a minute");
    await sleep(20);
  }
  return performance.now() - begun;
}

const mapNumber = (mesh: BenchMesh) => readMetric(mesh.metricsPort("authServer"), /^meshpass_map_number (\d+)$/m);
