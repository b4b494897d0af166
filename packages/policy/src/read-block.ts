import { quote } from "@meshpass/protocol";
import { createList } from "./list-node.ts";
import { addEntry } from "./mapping-entry.ts";
import { checkDepth } from "./nesting.ts";
import type { Place } from "./problem.ts";
import { isFlowStart, readFlow } from "./read-flow.ts";
import { isScalar, readScalar } from "./read-scalar.ts";
import { recover } from "./recover.ts";
import { type Reader, refuse, refuseToken } from "./refuse.ts";
import type { EmptyNode, ListNode, MappingEntry, MappingNode, ScalarNode, YamlNode } from "./yaml-node.ts";
import { isEnd, type Token } from "./yaml-token.ts";

/** A list or a mapping in lines: where it begins, the column of what it stands in, and how deep it is nested. */
interface Block extends Place {
  readonly outer: number;
  readonly depth: number;
}

/**
 * Reads the value that begins at the next token and goes on in the lines below, as far as they are indented deeper
 * than column `outer`. An entry that cannot be read is reported and passed over; the ones after it are read.
 */
export function readBlock(reader: Reader, outer: number, depth: number): YamlNode {
  const { tokens } = reader;
  const token = tokens.peek();
  const { line, column } = token;
  if (isEnd(token) || column <= outer) return { kind: "empty", line, column };
  if (token.kind === "seq-item-ind") {
    checkDepth(reader, token, depth);
    return readBlockList(reader, { line, column, outer, depth });
  }
  if (isFlowStart(token)) return endLine(reader, readFlow(reader, depth));
  const scalar = readScalar(reader, tokens.next());
  if (!isColonOf(scalar, tokens.peek())) return endLine(reader, scalar);
  checkDepth(reader, token, depth);
  return readBlockMapping(reader, scalar, { line, column, outer, depth });
}

function readBlockList(reader: Reader, block: Block): ListNode {
  const { line, column, depth } = block;
  const items: YamlNode[] = [];
  while (reader.tokens.peek().kind === "seq-item-ind" && reader.tokens.peek().column === column) {
    recover(reader, column, () => {
      const dash = reader.tokens.next();
      const item = readBlock(reader, column, depth + 1);
      items.push(item.kind === "empty" ? { ...item, line: dash.line, column: dash.column } : item);
    });
    passMisaligned(reader, block);
  }
  return createList(items, { line, column, depth });
}

function readBlockMapping(reader: Reader, firstKey: ScalarNode, block: Block): MappingNode {
  const { tokens } = reader;
  const { line, column, depth } = block;
  const entries = new Map<string, MappingEntry>();
  recover(reader, column, () => addEntry(reader, entries, readEntry(reader, firstKey, column, depth)));
  passMisaligned(reader, block);
  while (tokens.peek().column === column && !isEnd(tokens.peek())) {
    recover(reader, column, () => {
      if (!isScalar(tokens.peek())) refuseToken(reader, tokens.peek(), "a field");
      addEntry(reader, entries, readEntry(reader, readScalar(reader, tokens.next()), column, depth));
    });
    passMisaligned(reader, block);
  }
  return { kind: "mapping", entries: [...entries.values()], line, column };
}

function readEntry(reader: Reader, key: ScalarNode, column: number, depth: number): MappingEntry {
  const colon = reader.tokens.peek();
  if (!isColonOf(key, colon)) {
    refuse(reader, "syntax", key, "there is no colon after this", "write a colon and a space between field and value");
  }
  reader.tokens.next();
  return { key, value: readValue(reader, key, column, depth) };
}

function readValue(reader: Reader, key: ScalarNode, column: number, depth: number): YamlNode {
  const token = reader.tokens.peek();
  if (!token.first) return readInline(reader, depth);
  // A list may stand as far left as the field that it belongs to.
  const isList = token.kind === "seq-item-ind";
  if (isEnd(token) || token.column < column || (token.column === column && !isList)) return emptyAt(key);
  return readBlock(reader, Math.min(column, token.column - 1), depth + 1);
}

/** A value on the line of its field. */
function readInline(reader: Reader, depth: number): YamlNode {
  const token = reader.tokens.peek();
  if (isFlowStart(token)) return endLine(reader, readFlow(reader, depth + 1));
  return endLine(reader, readScalar(reader, reader.tokens.next()));
}

/** `node`, unless something comes after it in its line. */
function endLine(reader: Reader, node: YamlNode): YamlNode {
  const token = reader.tokens.peek();
  if (token.first || isEnd(token)) return node;
  if (token.kind === "map-value-ind") {
    refuse(
      reader,
      "syntax",
      token,
      "a second field begins in this line",
      "begin it on a line of its own, or use { and }",
    );
  }
  return refuse(
    reader,
    "syntax",
    token,
    `${quote(token.text)} comes after the value`,
    "delete it, or begin a new line",
  );
}

const isColonOf = (key: ScalarNode, token: Token): boolean => token.kind === "map-value-ind" && token.line === key.line;

const emptyAt = ({ line, column }: ScalarNode): EmptyNode => ({ kind: "empty", line, column });

/** Reports and passes over what stands inside the block, but further right or left than its entries. */
function passMisaligned(reader: Reader, { column, outer }: Block): void {
  const { tokens } = reader;
  for (
    let token = tokens.peek();
    !isEnd(token) && token.column > outer && token.column !== column;
    token = tokens.peek()
  ) {
    recover(reader, column, () =>
      refuse(reader, "syntax", token, "this line does not line up with the ones above", `begin it in column ${column}`),
    );
  }
}
