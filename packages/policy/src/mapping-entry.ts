import { quote } from "@meshpass/protocol";
import { type Reader, refuse } from "./refuse.ts";
import type { MappingEntry } from "./yaml-node.ts";

/** Adds `entry` to the entries of its mapping. A key that is there already keeps its first value, and is reported. */
export function addEntry(reader: Reader, entries: Map<string, MappingEntry>, entry: MappingEntry): void {
  const { text, plain } = entry.key;
  if (plain && text === "<<") {
    refuse(reader, "unsupported_yaml", entry.key, "a map has no merge keys (<<)", "write the fields themselves");
  }
  const first = entries.get(text);
  if (first === undefined) entries.set(text, entry);
  else {
    const message = `${quote(text)} is already written in line ${first.key.line}`;
    reader.problems.report("duplicate_key", entry.key, message, "merge the two into one");
  }
}
