import type { Place, ProblemCode, ProblemList } from "./problem.ts";
import { quote } from "./quote.ts";
import type { Token, Tokens } from "./yaml-tokens.ts";

/** What a reader of YAML works on. */
export interface Reader {
  readonly tokens: Tokens;
  readonly problems: ProblemList;
}

/** Thrown after a problem is reported, to leave the entry that it makes unreadable. It never leaves the YAML reader. */
export class Unreadable extends Error {}

/** Reports a problem that makes the entry around it unreadable, and leaves that entry. */
export function refuse({ problems }: Reader, code: ProblemCode, place: Place, message: string, remedy: string): never {
  problems.report(code, place, message, remedy);
  throw new Unreadable();
}

const unsupported: ReadonlyMap<Token["kind"], readonly [what: string, remedy: string]> = new Map([
  ["anchor", ["an anchor (&)", "write the value itself, or use a group"]],
  ["alias", ["an alias (*)", "write the value itself, or use a group"]],
  ["tag", ["a tag (!)", "write the value without the tag"]],
  ["explicit-key-ind", ["a key marked with ?", "write the key, a colon and the value"]],
  ["block-scalar-header", ["a text block (| or >)", "write the text on one line, in quotes"]],
  ["directive-line", ["a directive (%)", "delete the line"]],
  ["doc-start", ["a second document (---)", "keep one document in one file"]],
]);

/** Refuses `token`, which cannot stand where `expected` belongs. */
export function refuseToken(reader: Reader, token: Token, expected: string): never {
  const known = unsupported.get(token.kind);
  if (known !== undefined) {
    refuse(reader, "unsupported_yaml", token, `a map does not use YAML's ${known[0].replace(/^an? /, "")}`, known[1]);
  }
  if (token.kind === "end" || token.kind === "doc-end") {
    refuse(
      reader,
      "syntax",
      token,
      `the map ends where ${expected} belongs`,
      `write ${expected}, or delete the beginning`,
    );
  }
  if (token.kind === "flow-error-end") {
    refuse(reader, "syntax", token, "a bracket above is not closed", "close it with ] or }");
  }
  return refuse(reader, "syntax", token, `${quote(token.text)} stands where ${expected} belongs`, `write ${expected}`);
}
