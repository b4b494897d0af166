const tableOf = (members: RegExp): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => Number(members.test(String.fromCharCode(code))));
const beginsText = tableOf(/\w/);
const continuesText = tableOf(/[\w.+/-]/);
const endsLine = tableOf(/[\r\n]/);

/**
 * The offset behind the plain line that begins at `start`, or -1 if the line is not plain.
 *
 * Plain are `key:`, `key: text`, `key: [text, text]`, `key: {key: text, key: text}`, and behind a dash each of them and
 * `text`, where texts are ASCII words. In lines of their own, outside of brackets, they mean the same whatever comes before them.
 */
export function endOfPlainLine(source: string, start: number): number {
  const first = passSpaces(source, start);
  const isItem = source.startsWith("- ", first);
  const begin = isItem ? passSpaces(source, first + 1) : first;
  const end = endOfText(source, begin);
  if (end === begin) return -1;
  if (source[end] !== ":") return isItem ? endOfLastText(source, end, first - start) : -1;
  const value = passSpaces(source, end + 1);
  if (value === end + 1) return endOfLine(source, value);
  if (source[value] === "[") return endOfLine(source, endOfBrackets(source, value, "]", endOfText));
  if (source[value] === "{") return endOfLine(source, endOfBrackets(source, value, "}", endOfField));
  const valueEnd = endOfText(source, value);
  return valueEnd === value ? -1 : endOfLastText(source, valueEnd, begin - start);
}

/** The offset behind the text that begins at `start` in a plain line; `start` itself if none begins there. */
export function endOfText(source: string, start: number): number {
  if (!beginsText[source.charCodeAt(start)]) return start;
  let end = start + 1;
  while (isInText(source, end)) end += 1;
  return end;
}

/** The offset of the first character from `start` on that is no space. */
export function passSpaces(source: string, start: number): number {
  let offset = start;
  while (source[offset] === " ") offset += 1;
  return offset;
}

/** A colon or a space belongs to a text if a word comes right behind it. */
function isInText(source: string, offset: number): boolean {
  const code = source.charCodeAt(offset);
  if (continuesText[code]) return true;
  const isJoint = source[offset] === ":" || source[offset] === " ";
  return isJoint && Boolean(beginsText[source.charCodeAt(offset + 1)]);
}

/** Behind the bracket `close` that closes the one at `start`, or -1 if there is anything but `endOfItem` knows in it. */
function endOfBrackets(
  source: string,
  start: number,
  close: "]" | "}",
  endOfItem: (source: string, start: number) => number,
): number {
  let offset = passSpaces(source, start + 1);
  while (source[offset] !== close) {
    const end = endOfItem(source, offset);
    if (end === offset || (source[end] !== "," && source[end] !== close)) return -1;
    offset = source[end] === "," ? passSpaces(source, end + 1) : end;
  }
  return offset + 1;
}

/** Behind the `key: text` that begins at `start`; `start` itself if none begins there. */
function endOfField(source: string, start: number): number {
  const colon = endOfText(source, start);
  if (colon === start || !source.startsWith(": ", colon)) return start;
  const value = passSpaces(source, colon + 1);
  const end = endOfText(source, value);
  return end === value ? start : end;
}

/** Behind a line that ends with a text at `end`, or -1 if the text goes on below, further right than `indent`. */
function endOfLastText(source: string, end: number, indent: number): number {
  const below = endOfLine(source, end);
  const next = passSpaces(source, below);
  return below !== -1 && next - below <= indent && !endsLine[source.charCodeAt(next)] ? below : -1;
}

function endOfLine(source: string, offset: number): number {
  if (source[offset] === "\n") return offset + 1;
  return source[offset] === "\r" && source[offset + 1] === "\n" ? offset + 2 : -1;
}
