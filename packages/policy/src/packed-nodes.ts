import type { NodeSequence, ScalarNode, YamlNode } from "./yaml-node.ts";

/** Nodes as numbers: kind, line and column of each, then what its kind needs. Their texts stand apart, in their order. */
interface Pack {
  readonly cells: Int32Array;
  readonly texts: readonly string[];
}

/** How far a pack is read. */
interface Position {
  cell: number;
  text: number;
}

const kinds = ["scalar", "list", "mapping", "empty"] as const;

/** The same nodes in a fraction of the memory, made anew each time that somebody goes through them. */
export function packNodes(nodes: readonly YamlNode[]): NodeSequence {
  const cells: number[] = [];
  const texts: string[] = [];
  for (const node of nodes) packNode(node, cells, texts);
  // Copies are as large as they must be; an array that grew keeps room for more.
  const pack = { cells: Int32Array.from(cells), texts: texts.slice() };
  return { length: nodes.length, [Symbol.iterator]: () => unpackNodes(pack) };
}

function packNode(node: YamlNode, cells: number[], texts: string[]): void {
  cells.push(kinds.indexOf(node.kind), node.line, node.column);
  if (node.kind === "scalar") {
    cells.push(Number(node.plain));
    texts.push(node.text);
  } else if (node.kind === "list") {
    cells.push(node.items.length);
    for (const item of node.items) packNode(item, cells, texts);
  } else if (node.kind === "mapping") {
    cells.push(node.entries.length);
    for (const { key, value } of node.entries) {
      packNode(key, cells, texts);
      packNode(value, cells, texts);
    }
  }
}

function* unpackNodes(pack: Pack): Generator<YamlNode> {
  const position = { cell: 0, text: 0 };
  while (position.cell < pack.cells.length) yield unpackNode(pack, position);
}

function unpackNode(pack: Pack, position: Position): YamlNode {
  const kind = kinds[take(pack, position)];
  const line = take(pack, position);
  const column = take(pack, position);
  if (kind === "scalar") {
    const text = pack.texts[position.text] as string;
    position.text += 1;
    return { kind, text, plain: take(pack, position) === 1, line, column };
  }
  if (kind === "list") return { kind, items: repeat(pack, position, unpackNode), line, column };
  if (kind === "mapping") return { kind, entries: repeat(pack, position, unpackEntry), line, column };
  return { kind: "empty", line, column };
}

const unpackEntry = (pack: Pack, position: Position) => ({
  key: unpackNode(pack, position) as ScalarNode,
  value: unpackNode(pack, position),
});

/** As many of what `unpack` gives as the next cell says. */
function repeat<Part>(pack: Pack, position: Position, unpack: (pack: Pack, position: Position) => Part): Part[] {
  const parts: Part[] = [];
  for (let left = take(pack, position); left > 0; left -= 1) parts.push(unpack(pack, position));
  return parts;
}

function take({ cells }: Pack, position: Position): number {
  position.cell += 1;
  return cells[position.cell - 1] as number;
}
