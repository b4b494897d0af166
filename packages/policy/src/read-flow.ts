import { createList } from "./list-node.ts";
import { addEntry } from "./mapping-entry.ts";
import { checkDepth } from "./nesting.ts";
import { isScalar, readScalar } from "./read-scalar.ts";
import { type Reader, refuse, refuseToken } from "./refuse.ts";
import type { ListNode, MappingEntry, MappingNode, YamlNode } from "./yaml-node.ts";
import { isEnd, type Token } from "./yaml-token.ts";

/** Whether `token` opens a collection in brackets. */
export const isFlowStart = ({ kind }: Token): boolean => kind === "flow-seq-start" || kind === "flow-map-start";

/** Reads `[a, b]`, `{a: b}` or one text inside of them. The next token is its first. */
export function readFlow(reader: Reader, depth: number): YamlNode {
  const token = reader.tokens.peek();
  if (token.kind === "flow-seq-start") return readFlowList(reader, depth);
  if (token.kind === "flow-map-start") return readFlowMapping(reader, depth);
  return readScalar(reader, reader.tokens.next());
}

function readFlowList(reader: Reader, depth: number): ListNode {
  const { tokens } = reader;
  const open = checkDepth(reader, tokens.next(), depth);
  const items: YamlNode[] = [];
  while (!isClosed(reader, open, "flow-seq-end")) {
    items.push(readFlow(reader, depth + 1));
    if (!isClosed(reader, open, "flow-seq-end")) readComma(reader, "a comma or ]");
  }
  tokens.next();
  return createList(items, { line: open.line, column: open.column, depth });
}

function readFlowMapping(reader: Reader, depth: number): MappingNode {
  const { tokens } = reader;
  const open = checkDepth(reader, tokens.next(), depth);
  const entries = new Map<string, MappingEntry>();
  while (!isClosed(reader, open, "flow-map-end")) {
    addEntry(reader, entries, readFlowEntry(reader, depth));
    if (!isClosed(reader, open, "flow-map-end")) readComma(reader, "a comma or }");
  }
  tokens.next();
  return { kind: "mapping", entries: [...entries.values()], line: open.line, column: open.column };
}

function readFlowEntry(reader: Reader, depth: number): MappingEntry {
  const { tokens } = reader;
  if (!isScalar(tokens.peek())) refuseToken(reader, tokens.peek(), "a field");
  const key = readScalar(reader, tokens.next());
  if (tokens.peek().kind !== "map-value-ind") refuseToken(reader, tokens.peek(), "a colon and a value");
  tokens.next();
  return { key, value: readFlow(reader, depth + 1) };
}

/** Whether the next token is the bracket that closes `open`. */
function isClosed(reader: Reader, open: Token, close: Token["kind"]): boolean {
  const { kind } = reader.tokens.peek();
  if (kind === "flow-error-end" || isEnd(reader.tokens.peek())) {
    refuse(
      reader,
      "syntax",
      open,
      "this bracket is not closed",
      `write ${open.text === "[" ? "]" : "}"} after its content`,
    );
  }
  return kind === close;
}

function readComma(reader: Reader, expected: string): void {
  const token = reader.tokens.next();
  if (token.kind === "map-value-ind") {
    refuse(reader, "syntax", token, "a colon stands inside a list", "write fields between { and }");
  }
  if (token.kind !== "comma") refuseToken(reader, token, expected);
}
