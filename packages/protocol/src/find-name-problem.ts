import { quote } from "./quote.ts";
import { isServiceName, reservedNames } from "./service-name.ts";

/** Why a text cannot be the name of a service, and what to write instead; both are safe to print. */
export interface NameProblem {
  readonly code: "bad_name" | "reserved_name";
  readonly message: string;
  readonly remedy: string;
}

/** What is wrong with `text` as the name of a service; undefined for a name. */
export const findNameProblem = (text: string): NameProblem | undefined =>
  isServiceName(text) ? undefined : explain(text);

function explain(text: string): NameProblem {
  if (reservedNames.has(text)) {
    const message = `${quote(text)} stands for Meshpass itself`;
    return { code: "reserved_name", message, remedy: "give the service another name" };
  }
  const meant = text.trim().toLowerCase().replaceAll(/[_. ]/g, "-");
  const remedy = isServiceName(meant) ? `write ${meant}` : "write 1 to 63 of a-z, 0-9 and -, without - at either end";
  return { code: "bad_name", message: `${quote(text)} cannot be a name`, remedy };
}
