/** A fenced block: what stands after the opening fence, what is in it, and the line it opens on, from 1. */
export interface Fence {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** A block of TypeScript that must run as it is, and what it must print, where the page says so. */
export interface Example {
  readonly code: string;
  readonly line: number;
  readonly output?: string;
}

const fences = /^```(?<language>[^\n`]*)\n(?<text>[\s\S]*?)^```$/gm;

/** Every fenced block of a page, in its order. */
export const readFences = (markdown: string): Fence[] =>
  [...markdown.matchAll(fences)].map(({ index, groups }) => ({
    language: groups?.language?.trim() ?? "",
    text: groups?.text ?? "",
    line: lineAt(markdown, index),
  }));

/**
 * Every `ts` block of a page. A `text` block that comes next, with no heading between the two, is its output; `...` in
 * it stands for anything.
 */
export function readExamples(markdown: string): Example[] {
  const blocks = readFences(markdown);
  const lines = markdown.split("\n");
  return blocks.flatMap(({ language, text, line }, index): Example[] => {
    if (language !== "ts") return [];
    const next = blocks[index + 1];
    const between = lines.slice(line + text.split("\n").length, (next?.line ?? 1) - 1);
    const printed = next?.language === "text" && !between.some((each) => each.startsWith("#"));
    return [{ code: text, line, ...(printed ? { output: next.text } : {}) }];
  });
}

/** Whether `output` is what a page says is printed. */
export const isPrinted = (output: string, expected: string): boolean =>
  new RegExp(
    `^${expected
      .trimEnd()
      .split("...")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("[\\s\\S]*")}$`,
  ).test(output.trimEnd());

/** Where the relative links of a page lead, as written; addresses with a scheme are left out, and so is code. */
export const readLinks = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)]
    .map(([, inline, reference]) => inline ?? reference ?? "")
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link));

/** The scripts that a page tells its reader to run, `start` in `npx -y pnpm@12 start` and in `pnpm run start`. */
export const readScripts = (markdown: string): string[] => [
  ...new Set(
    [...code(markdown).matchAll(/\bpnpm(?:@\S+)?\s+(?:run\s+)?(?<name>[a-z][\w:-]*)/g)].map(
      ({ groups }) => groups?.name ?? "",
    ),
  ),
];

/** The anchors that the headings of a page get: `## The walk, in short` is `the-walk-in-short`. */
export const readAnchors = (markdown: string): string[] =>
  [...withoutCode(markdown, "fences").matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );

const inlineCode = /(`+)[^`\n]+\1/g;

const withoutCode = (markdown: string, what: "all" | "fences" = "all") => {
  const text = markdown.replace(fences, "");
  return what === "all" ? text.replace(inlineCode, "") : text;
};

const code = (markdown: string) =>
  [...readFences(markdown).map(({ text }) => text), ...(markdown.replace(fences, "").match(inlineCode) ?? [])].join(
    "\n",
  );

const lineAt = (text: string, index: number) => text.slice(0, index).split("\n").length;
