import { join } from "node:path";
import type { Bench, Comparison } from "../bench.ts";
import type { DecideAnswer, DecideQuestion } from "../contestants/decide.ts";
import { boundAbove, type Figure } from "../measure/row.ts";
import { askProcess } from "../stage/ask-process.ts";

const row = "decide/p99-us";

const worker = join(import.meta.dirname, "../contestants/decide.ts");
const small: DecideQuestion = { services: 3, edges: 1 };
const large: DecideQuestion = { services: 10_000, edges: 100 };
/** By name; what is between the two is stated by a full run alone. */
const between: readonly (readonly [name: string, question: DecideQuestion])[] = [
  ["1k", { services: 100, edges: 10 }],
  ["10k", { services: 1_000, edges: 10 }],
  ["50k", { services: 1_000, edges: 50 }],
];

/** A single decision in a map of 10,000 services and 1,000,000 edges; and what maps of some sizes take to load. */
export const decide: Comparison = {
  rows: [row],
  run: async (bench) => {
    const answers = new Map<string, DecideAnswer[]>();
    const sizes = [["3-services", small] as const, ...(bench.isQuick ? [] : between), ["1m", large] as const];
    for (const [name, question] of sizes) {
      bench.say(`deciding in a map of ${question.services * question.edges} edges`);
      answers.set(name, await askTimes(bench, question));
    }
    const figures: Figure[] = [...answers].flatMap(([name, all]) => {
      const { loadMs, mapMb } = all[0] as DecideAnswer;
      return [
        { name: `map-${name}/parse-ms`, value: loadMs, unit: "ms" },
        { name: `map-${name}/searched-mb`, value: mapMb, unit: "MB" },
      ];
    });
    const p99s = (name: string) => (answers.get(name) ?? []).map(({ p99Micros }) => p99Micros);
    return {
      rows: [boundAbove(row, p99s("1m"), "us", 2)],
      figures: [
        { name: "decide/p99-us-of-3-services", value: Math.min(...p99s("3-services")), unit: "us" },
        ...figures,
      ],
    };
  },
};

/** In one process each, so that the memory of one is not that of another. */
async function askTimes({ stage }: Bench, question: DecideQuestion): Promise<DecideAnswer[]> {
  const child = stage.fork(worker);
  const { answers } = await askProcess<{ answers: DecideAnswer[] }>(child, question);
  child.disconnect();
  return answers;
}
