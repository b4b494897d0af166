import { parseDuration, quote } from "@meshpass/protocol";
import { parseExpiry } from "./parse-expiry.ts";
import type { ProblemList } from "./problem.ts";
import { readString } from "./read-fields.ts";
import { readLine } from "./read-line.ts";
import { readMaxChain } from "./read-max-chain.ts";
import type { YamlNode } from "./yaml-node.ts";

/** What an edge says beyond caller and target. */
export interface EdgeAttributes {
  /** Of the tokens for this edge, in seconds, 10 to 86,400. Without it the issuer's own default holds. */
  readonly lifetimeSeconds?: number;
  /** The first second, since 1970 in UTC, at which the edge no longer holds. */
  readonly expiresAt?: number;
  /** RFC 6749 scope tokens. Empty if the edge has none; in a decision they ascend. */
  readonly scopes: readonly string[];
  readonly reason?: string;
  /** What whoever shows a token of this edge must prove: `dpop`, that he has the key that it is bound to (RFC 9449). */
  readonly proof?: "dpop";
  /**
   * Who may be the first caller of a chain that this edge is part of: names, ascending, at least one. The first caller of a
   * plain call is the caller itself. Without it, anybody.
   */
  readonly onBehalfOf?: readonly string[];
  /** How many calls a whole chain may have that this edge is part of, 1 to 8; a plain call is one. Without it, 8. */
  readonly maxChain?: number;
}

/** The same as it goes into a table: `onBehalfOf` is the number of the text that lists the names. */
export type WrittenAttributes = Omit<EdgeAttributes, "onBehalfOf"> & { readonly onBehalfOf?: number };

const shortestLifetimeSeconds = 10;
const longestLifetimeSeconds = 24 * 3_600;
const maxReasonLength = 200;

/** Reads `lifetime`, `expires`, `reason`, `proof` and `max_chain` among the fields of an edge. */
export function readAttributes(
  fields: ReadonlyMap<string, YamlNode>,
  problems: ProblemList,
): Omit<WrittenAttributes, "scopes" | "onBehalfOf"> {
  const read = <T>(name: string, reader: (node: YamlNode, problems: ProblemList) => T): T | undefined => {
    const node = fields.get(name);
    return node === undefined ? undefined : reader(node, problems);
  };
  const lifetimeSeconds = read("lifetime", readLifetime);
  const expiresAt = read("expires", readExpiry);
  const reason = read("reason", readReason);
  const proof = read("proof", readProof);
  const maxChain = read("max_chain", readMaxChain);
  return {
    ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(reason === undefined ? {} : { reason }),
    ...(proof === undefined ? {} : { proof }),
    ...(maxChain === undefined ? {} : { maxChain }),
  };
}

function readProof(node: YamlNode, problems: ProblemList): "dpop" | undefined {
  const text = readString(node, "a proof", problems);
  if (text === undefined || text === "dpop") return text;
  problems.report("bad_value", node, `${quote(text)} is no proof that is known here`, "write dpop, or delete it");
  return undefined;
}

function readLifetime(node: YamlNode, problems: ProblemList): number | undefined {
  const text = readString(node, "a length of time", problems);
  if (text === undefined) return undefined;
  const seconds = /[smh]$/.test(text) ? parseDuration(text) : undefined;
  if (seconds !== undefined && seconds >= shortestLifetimeSeconds && seconds <= longestLifetimeSeconds) return seconds;
  const message = seconds === undefined ? `${quote(text)} is no lifetime` : `${quote(text)} is out of range`;
  problems.report("bad_value", node, message, "write a number and s, m or h, from 10s to 24h, such as 5m");
  return undefined;
}

function readExpiry(node: YamlNode, problems: ProblemList): number | undefined {
  const text = readString(node, "a date", problems);
  const seconds = text === undefined ? undefined : parseExpiry(text);
  if (text !== undefined && seconds === undefined) {
    const remedy = "write a day that exists, such as 2027-06-30, or a time such as 2027-06-30T12:00:00Z";
    problems.report("bad_value", node, `${quote(text)} is no date`, remedy);
  }
  return seconds;
}

const readReason = (node: YamlNode, problems: ProblemList): string | undefined =>
  readLine(node, { what: "a reason", maxLength: maxReasonLength }, problems);
