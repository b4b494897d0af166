import { quote } from "@meshpass/protocol";
import type { ProblemList } from "./problem.ts";
import { readString } from "./read-fields.ts";
import type { YamlNode } from "./yaml-node.ts";

const maxLength = 200;
// RFC 3986 without the fragment, which RFC 8707 section 2 forbids, and without the single quote.
const absoluteUri = /^[a-z][a-z0-9+.-]*:(?:[a-z0-9._~:/?[\]@!$&()*+,;=-]|%[0-9a-f]{2})+$/i;

/** The audience of a service's own. Whether another one has it too is not looked at. */
export function readAudience(node: YamlNode, problems: ProblemList): string | undefined {
  const text = readString(node, "an audience", problems);
  if (text === undefined) return undefined;
  if (/^meshpass:/i.test(text)) {
    problems.report(
      "reserved_name",
      node,
      `${quote(text)} stands for Meshpass itself`,
      "give the service another audience",
    );
    return undefined;
  }
  if (text.length <= maxLength && absoluteUri.test(text)) return text;
  const remedy = `write an absolute URI without fragment, of at most ${maxLength} characters, such as urn:worldmappers`;
  problems.report("bad_value", node, `${quote(text)} cannot be an audience`, remedy);
  return undefined;
}
