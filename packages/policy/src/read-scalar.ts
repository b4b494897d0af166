import { type Reader, refuse, refuseToken } from "./refuse.ts";
import type { ScalarNode } from "./yaml-node.ts";
import type { Token } from "./yaml-token.ts";

/** Whether `token` is text, in quotes or not. */
export const isScalar = ({ kind }: Token): boolean =>
  kind === "scalar" || kind === "single-quoted-scalar" || kind === "double-quoted-scalar";

/**
 * The text that `token` stands for, always as text: `1`, `true` and `null` are what is written. Between double quotes
 * the escapes of JSON are read, which mean the same in YAML.
 */
export function readScalar(reader: Reader, token: Token): ScalarNode {
  if (!isScalar(token)) refuseToken(reader, token, "text");
  if (token.text.includes("\n")) {
    const remedy =
      token.kind === "scalar" ? "write a colon after it, or all of it on one line" : "close its quotes in this line";
    refuse(reader, "syntax", token, "this text goes on over the end of the line", remedy);
  }
  const { line, column } = token;
  return { kind: "scalar", text: textOf(reader, token), plain: token.kind === "scalar", line, column };
}

function textOf(reader: Reader, token: Token): string {
  if (token.kind === "single-quoted-scalar") return singleQuoted(reader, token);
  if (token.kind === "double-quoted-scalar") return doubleQuoted(reader, token);
  // The other first characters mean something in YAML, or will.
  if (/^[\p{L}\p{N}_./(+~$<=]/u.test(token.text)) return token.text;
  return refuse(reader, "syntax", token, "this text begins with a character that YAML keeps", "put the text in quotes");
}

function singleQuoted(reader: Reader, token: Token): string {
  const inner = token.text.slice(1, -1);
  // No expression for pairs of quotes: on a text of megabytes it would run out of stack.
  const isClosed = token.text.length > 1 && token.text.endsWith("'") && !inner.replaceAll("''", "").includes("'");
  if (isClosed) return inner.replaceAll("''", "'");
  return refuse(reader, "syntax", token, "this quote is not closed", "write ' at the end of the text");
}

function doubleQuoted(reader: Reader, token: Token): string {
  try {
    const text: string = JSON.parse(token.text);
    if (text.isWellFormed()) return text;
  } catch {
    // Said below, once for both ways to be wrong.
  }
  const message = 'this text is not closed, or has an escape that is none of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000';
  return refuse(reader, "syntax", token, message, "close the quotes, or use single quotes, which know no escapes");
}
