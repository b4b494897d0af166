import { addEntry } from "./mapping-entry.ts";
import { checkDepth } from "./nesting.ts";
import { quote } from "./quote.ts";
import { isFlowStart, readFlow } from "./read-flow.ts";
import { isScalar, readScalar } from "./read-scalar.ts";
import { recover } from "./recover.ts";
import { type Reader, refuse, refuseToken } from "./refuse.ts";
import type { EmptyNode, ListNode, MappingEntry, MappingNode, ScalarNode, YamlNode } from "./yaml-node.ts";
import { isEnd, type Token } from "./yaml-tokens.ts";

/**
 * Reads the value that begins at the next token and goes on in the lines below, as far as they are indented to
 * `column` or more. An entry that cannot be read is reported and passed over; the ones after it are read.
 */
export function readBlock(reader: Reader, column: number, depth: number): YamlNode {
  const { tokens } = reader;
  const token = tokens.peek();
  if (isEnd(token) || token.column < column) return { kind: "empty", line: token.line, column: token.column };
  if (token.kind === "seq-item-ind") return readBlockList(reader, checkDepth(reader, token, depth), depth);
  if (isFlowStart(token)) return endLine(reader, readFlow(reader, depth));
  const scalar = readScalar(reader, tokens.next());
  if (!isColonOf(scalar, tokens.peek())) return endLine(reader, scalar);
  return readBlockMapping(reader, scalar, checkDepth(reader, token, depth), depth);
}

function readBlockList(reader: Reader, { line, column }: Token, depth: number): ListNode {
  const items: YamlNode[] = [];
  while (reader.tokens.peek().kind === "seq-item-ind" && reader.tokens.peek().column === column) {
    recover(reader, column, () => {
      const dash = reader.tokens.next();
      const item = readBlock(reader, column + 1, depth + 1);
      items.push(item.kind === "empty" ? { ...item, line: dash.line, column: dash.column } : item);
    });
    checkIndent(reader, column);
  }
  return { kind: "list", items, line, column };
}

function readBlockMapping(reader: Reader, firstKey: ScalarNode, { line, column }: Token, depth: number): MappingNode {
  const { tokens } = reader;
  const entries = new Map<string, MappingEntry>();
  recover(reader, column, () => addEntry(reader, entries, readEntry(reader, firstKey, column, depth)));
  checkIndent(reader, column);
  while (tokens.peek().column === column && !isEnd(tokens.peek())) {
    recover(reader, column, () => {
      if (!isScalar(tokens.peek())) refuseToken(reader, tokens.peek(), "a field");
      addEntry(reader, entries, readEntry(reader, readScalar(reader, tokens.next()), column, depth));
    });
    checkIndent(reader, column);
  }
  return { kind: "mapping", entries, line, column };
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
  return readBlock(reader, column, depth + 1);
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

/** Reports what is indented deeper than the entries before it, and passes over it. */
function checkIndent(reader: Reader, column: number): void {
  const token = reader.tokens.peek();
  if (isEnd(token) || token.column <= column) return;
  recover(reader, column, () =>
    refuse(reader, "syntax", token, "this line does not line up with the ones above", `begin it in column ${column}`),
  );
}
