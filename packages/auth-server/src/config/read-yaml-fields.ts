import { isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, visit } from "yaml";
import type { ConfigReader } from "./config-sources.ts";

/** The fields of one YAML file, by name. */
export interface Fields<Name extends string> {
  /** Undefined where the file does not have the field. */
  value(name: Name): unknown;
  /** Reports that the field's value is wrong; `remedy` says what to write. */
  report(name: Name, remedy: string): void;
}

interface Field {
  readonly value: unknown;
  readonly line: number;
}

/** A longer file is no configuration, in characters. */
const maxLength = 65_536;

/**
 * Reads the file at `path` as one YAML mapping with no fields but `names`, each at most once. Everything else is reported
 * with its line; a file that is not there has no fields.
 */
export function readYamlFields<Name extends string>(
  reader: ConfigReader,
  path: string,
  names: readonly Name[],
): Fields<Name> {
  const text = reader.file(path) ?? "";
  const fields = new Map<string, Field>();
  if (text.length > maxLength) reader.report(`${path} is longer than ${maxLength} characters: name the right file`);
  else readInto(fields, text, (line, problem) => reader.report(`${path}:${line}: ${problem}`));
  for (const [name, { line }] of fields) {
    if ((names as readonly string[]).includes(name)) continue;
    reader.report(`${path}:${line}: there is no field ${JSON.stringify(name)}: write one of ${names.join(", ")}`);
  }
  return {
    value: (name) => fields.get(name)?.value,
    report: (name, remedy) => {
      const { line, value } = fields.get(name) ?? { line: 1, value: undefined };
      reader.report(`${path}:${line}: ${name} cannot be ${shorten(JSON.stringify(value))}: ${remedy}`);
    },
  };
}

function readInto(fields: Map<string, Field>, text: string, report: (line: number, problem: string) => void): void {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: false });
  for (const { message, linePos } of [...document.errors, ...document.warnings]) {
    report(linePos?.[0].line ?? 1, `${message.split(" at line", 1)[0]}: correct the YAML`);
  }
  let hasAlias = false;
  visit(document, {
    Alias: (_, { range }) => {
      hasAlias = true;
      report(lineCounter.linePos(range?.[0] ?? 0).line, "an alias stands here: write the value itself");
    },
  });
  const { contents } = document;
  // An alias without an anchor has no value, and one of many anchors may have a very large one.
  if (document.errors.length > 0 || hasAlias || contents === null) return;
  if (!isMap(contents)) report(1, "this is no mapping: write fields, each as name: value");
  for (const pair of isMap(contents) ? contents.items : []) {
    const [name, offset] = keyOf(pair);
    const { line } = lineCounter.linePos(offset);
    if (fields.has(name)) report(line, `${name} stands here again: write it once`);
    fields.set(name, { value: readValue(pair, document), line });
  }
}

const keyOf = ({ key }: Pair): [name: string, offset: number] =>
  isScalar(key) ? [String(key.value), key.range?.[0] ?? 0] : [String(key), 0];

const readValue = ({ value }: Pair, document: ReturnType<typeof parseDocument>): unknown =>
  isNode(value) ? value.toJS(document) : undefined;

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}...` : text);
