import { readFileSync } from "node:fs";
import { parseMap } from "@meshpass/policy";
import t from "tap";
import { fullMap } from "./full-map.ts";

const maps = {
  "the map that ships": readFileSync(new URL("../../../config/interactions.yaml", import.meta.url)),
  "a map with every form": Buffer.from(fullMap),
  "a map with the line ends of Windows": Buffer.from(fullMap.replaceAll("\n", "\r\n")),
};

for (const [title, whole] of Object.entries(maps)) {
  t.test(`every part from the start of ${title} is refused but the one that lacks only the last newline`, async (t) => {
    const lengths = Array.from({ length: whole.length + 1 }, (_, length) => length);
    const accepted = lengths.filter((length) => parseMap(whole.subarray(0, length)).ok);
    t.strictSame(accepted, [whole.lastIndexOf("...") + 3, whole.length]);
  });
}
