import { quote } from "@meshpass/protocol";
import type { ProblemList } from "./problem.ts";
import { readSwitch } from "./read-choice.ts";
import { readFields, readString } from "./read-fields.ts";
import type { Quota } from "./service-settings.ts";
import type { YamlNode } from "./yaml-node.ts";

const largest = 1_000_000_000;

/** Reads `{per_hour: 100, per_day: 1000, enforce: true}`. */
export function readQuota(node: YamlNode, problems: ProblemList): Quota {
  const fields = readFields(node, { required: [], optional: ["per_hour", "per_day", "enforce"] }, problems);
  const [hour, day, enforce] = ["per_hour", "per_day", "enforce"].map((name) => fields.get(name));
  // A field that is misspelt may be the one that is missing.
  const isRead = node.kind === "mapping" && node.entries.length === fields.size;
  if (isRead && hour === undefined && day === undefined) {
    problems.report("missing_field", node, "this quota limits nothing", "write per_hour: or per_day: and a number");
  }
  const perHour = hour && readCount(hour, problems);
  const perDay = day && readCount(day, problems);
  return {
    ...(perHour === undefined ? {} : { perHour }),
    ...(perDay === undefined ? {} : { perDay }),
    enforce: (enforce && readSwitch(enforce, problems)) ?? true,
  };
}

function readCount(node: YamlNode, problems: ProblemList): number | undefined {
  const text = readString(node, "a number", problems);
  if (text === undefined) return undefined;
  if (/^[1-9][0-9]{0,9}$/.test(text) && Number(text) <= largest) return Number(text);
  problems.report("bad_value", node, `${quote(text)} cannot be a quota`, `write a whole number from 1 to ${largest}`);
  return undefined;
}
