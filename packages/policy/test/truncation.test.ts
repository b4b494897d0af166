import { readFileSync } from "node:fs";
import { parseMap } from "@meshpass/policy";
import t from "tap";
import { fullMap } from "./full-map.ts";

const shipped = readFileSync(new URL("../../../config/interactions.yaml", import.meta.url));
const maps = {
  "the map that ships": shipped,
  "that map with the line ends of Windows": Buffer.from(shipped.toString().replaceAll("\n", "\r\n")),
  "a map with every form": Buffer.from(fullMap),
};

for (const [title, whole] of Object.entries(maps)) {
  t.test(`every part from the start of ${title} is refused but the one that lacks only the last newline`, async (t) => {
    const lengths = Array.from({ length: whole.length + 1 }, (_, length) => length);
    const accepted = lengths.filter((length) => parseMap(whole.subarray(0, length)).ok);
    t.strictSame(accepted, [whole.lastIndexOf("...") + 3, whole.length]);
  });
}
