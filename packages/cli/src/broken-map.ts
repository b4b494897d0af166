import { type Problems, renderProblems } from "@meshpass/policy";
import type { MapSource, Paint } from "./report.ts";

/** The problems of a map that does not load, each with its place, the line of the source and a caret. */
export function describeBrokenMap({ bytes, file }: MapSource, problems: Problems, paint: Paint): string[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return renderProblems(text, problems, {
    file,
    paint: (part, shown) => paint(part === "caret" ? "bad" : "place", shown),
  });
}
