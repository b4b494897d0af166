import type { ProblemList } from "./problem.ts";
import { readBlock } from "./read-block.ts";
import { placeOfEnd } from "./read-text.ts";
import { recover } from "./recover.ts";
import { type Reader, refuse, refuseToken } from "./refuse.ts";
import type { YamlNode } from "./yaml-node.ts";
import { createTokens } from "./yaml-tokens.ts";

/**
 * Reads the YAML that a map may use: mappings and lists, both as lines and in brackets, text with and without
 * quotes, comments, and the mark `...` at the very end. Everything else of YAML is reported.
 *
 * What it accepts means the same to every other reader of YAML. It does not check what the document says. Undefined if nothing
 * could be read; then, and for every part passed over, there is a problem in `problems`.
 */
export function readYaml(text: string, problems: ProblemList): YamlNode | undefined {
  const reader = { tokens: createTokens(text, problems), problems };
  let root: YamlNode | undefined;
  recover(reader, 0, () => {
    root = readDocument(reader);
  });
  checkEnd(text, reader);
  return root;
}

function readDocument(reader: Reader): YamlNode {
  const { tokens } = reader;
  const start = tokens.peek();
  if (start.kind === "doc-start") tokens.next();
  if (start.kind === "doc-start" && !tokens.peek().first) {
    refuse(reader, "syntax", tokens.peek(), "something comes after ---", "begin a new line after ---");
  }
  const root = readBlock(reader, 0, 1);
  const end = tokens.peek();
  if (end.kind !== "doc-end" && end.kind !== "end") refuseToken(reader, end, "the end of the map");
  return root;
}

/** Without the mark nobody could tell a whole map from one that is still being written. */
function checkEnd(text: string, reader: Reader): void {
  const { tokens, problems } = reader;
  const mark = tokens.peek();
  if (mark.kind === "doc-end") tokens.next();
  const isLast = /(^|\n)\.\.\.(\r?\n)?$/.test(text.slice(-6));
  if (mark.kind === "doc-end" && !(isLast && tokens.peek().kind === "end")) {
    const place = { line: mark.line, column: mark.column + 3 };
    problems.report("after_end", place, "something comes after the closing ...", "delete all that comes after the ...");
  } else if (!isLast) {
    const message = "the map does not end with ..., so it may be half written";
    problems.report("missing_end", placeOfEnd(text), message, "write ... alone on the last line");
  }
}
