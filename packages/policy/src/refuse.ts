import { quote } from "@meshpass/protocol";
import type { Place, ProblemCode, ProblemList } from "./problem.ts";
import { isEnd, type Token } from "./yaml-token.ts";
import type { Tokens } from "./yaml-tokens.ts";

/** What a reader of YAML works on. */
export interface Reader {
  readonly tokens: Tokens;
  readonly problems: ProblemList;
}

/**
 * Thrown after a problem is reported, to leave the entry that it makes unreadable. It never leaves the YAML reader. It
 * is always the same, since a stack for each of a million bad lines would take minutes.
 */
export const unreadable = new Error("this part of the map cannot be read");

/** Reports a problem that makes the entry around it unreadable, and leaves that entry. */
export function refuse({ problems }: Reader, code: ProblemCode, place: Place, message: string, remedy: string): never {
  problems.report(code, place, message, remedy);
  throw unreadable;
}

const unsupported: ReadonlyMap<Token["kind"], readonly [message: string, remedy: string]> = new Map([
  ["anchor", ["a map has no anchors (&)", "write the value itself, or use a group"]],
  ["alias", ["a map has no aliases (*)", "write the value itself, or use a group"]],
  ["tag", ["a map has no tags (!)", "write the value without the tag"]],
  ["explicit-key-ind", ["a map has no keys marked with ?", "write the key, a colon and the value"]],
  ["block-scalar-header", ["a map has no text blocks (| and >)", "write the text on one line, in quotes"]],
  ["directive-line", ["a map has no directives (%)", "delete the line"]],
  ["doc-start", ["a second document (---) begins here", "keep one document in one file"]],
]);

/** Refuses `token`, which cannot stand where `expected` belongs. */
export function refuseToken(reader: Reader, token: Token, expected: string): never {
  const known = unsupported.get(token.kind);
  if (known !== undefined) refuse(reader, "unsupported_yaml", token, ...known);
  if (token.kind === "flow-error-end") {
    refuse(
      reader,
      "syntax",
      token,
      "this line is too far left for the open bracket above",
      "close it, or indent the line",
    );
  }
  if (isEnd(token)) refuse(reader, "syntax", token, `the map ends where ${expected} belongs`, `write ${expected}`);
  return refuse(reader, "syntax", token, `${quote(token.text)} stands where ${expected} belongs`, `write ${expected}`);
}
