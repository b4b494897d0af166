import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "@meshpass/protocol";
import { ask } from "../walk/ask.ts";
import { until } from "../walk/until.ts";
import type { DemoPlace } from "./demo-place.ts";

/** Writes the demos' map with `from` as `to`, and waits until that is in force; gives the way back. */
export async function changeMap(place: DemoPlace, from: string, to: string): Promise<() => Promise<void>> {
  const path = join(place.demoConfig, "interactions.yaml");
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`the map has no ${from}`);
  await write(place, path, text.replace(from, to));
  return () => write(place, path, text);
}

async function write(place: DemoPlace, path: string, text: string): Promise<void> {
  const before = await mapNumber(place);
  writeFileSync(path, text);
  await until("the map is in force", async () => (await mapNumber(place)) > before);
}

async function mapNumber({ demoState, port }: DemoPlace): Promise<number> {
  const operator = readFileSync(join(demoState, "operator.jwt"), "utf8").trim();
  const headers = { authorization: `Bearer ${operator}` };
  return JSON.parse((await ask(`http://127.0.0.1:${port(8100)}${paths.status}`, { headers })).text).map.number;
}
