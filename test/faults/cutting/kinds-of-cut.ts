import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { endings, paths } from "@meshpass/protocol";
import { until } from "../../walk/until.ts";
import type { KnownCut } from "./judge-calls.ts";
import type { Stage } from "./start-stage.ts";
import { askForToken } from "./token-book.ts";
import { allEdges, writeMap } from "./write-map.ts";

/** One way to take something away. */
export interface KindOfCut {
  readonly name: string;
  cut(): Promise<KnownCut>;
  /** Whether it must be given back before every receiver can prove who it is, and so confirm. */
  readonly restoreFirst?: true;
  /** Gives back what it has taken besides the tokens that there were. */
  readonly restore?: () => Promise<void>;
}

/** Every kind of cut but that of everything. Each ends tokens that none of the others does. */
export function kindsOfCut({ mesh, operator, book }: Stage): readonly KindOfCut[] {
  const isGivenBack = (caller: string, target: string): Promise<unknown> =>
    until(`${caller} gets tokens for ${target}`, () => askForToken(mesh, caller, target));
  return [
    {
      name: "a service with its credentials",
      restoreFirst: true,
      cut: () => operator.cut("/cuts", { service: "m3" }),
      restore: async () => {
        const { token } = (await operator.request("POST", paths.credentials, { service: "m3" })) as { token: string };
        writeFileSync(join(mesh.stateFolder, "credentials", "m3.jwt"), token, { mode: 0o600 });
        await isGivenBack("m3", "m2");
      },
    },
    { name: "an edge", cut: () => operator.cut("/cuts", { caller: "m1", target: "m2" }) },
    { name: "a target", cut: () => operator.cut("/cuts", { target: "m3" }) },
    { name: "one token", cut: () => operator.cut("/cuts", { jti: book.newest("m2", "m1")?.jti }) },
    {
      name: "a block of an edge",
      cut: () => operator.cut("/blocks", { caller: "m2", target: "m2" }),
      restore: async () => {
        await operator.request("DELETE", `${paths.blocks}/m2/m2`);
        await isGivenBack("m2", "m2");
      },
    },
    {
      name: "an edge taken out of the map",
      cut: () => operator.saveMap(endings.edge("m1", "m1"), () => writeMap(mesh, allEdges.slice(1))),
      restore: async () => {
        writeMap(mesh, allEdges);
        await isGivenBack("m1", "m1");
      },
    },
  ];
}
