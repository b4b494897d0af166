import {
  escapeDeceptive,
  longestAccessLifetimeSeconds,
  type RecordedSearch,
  type RecordedToken,
} from "@meshpass/protocol";
import { describeDuration } from "../describe-duration.ts";

/** What the record of decisions says of a single token, at `now` in ms since 1970: whose it is, or why that is not known. */
export function describeRecorded(jti: string, { token, looked }: RecordedSearch, now: number): string {
  if (token !== undefined) return describeToken(token, now);
  if (looked === "nowhere")
    return "the record of decisions cannot be read, so it is not known whose token it is; the log of the auth server says why";
  if (looked === "everywhere") {
    const hours = longestAccessLifetimeSeconds / 3_600;
    return `nothing that is known would end: ${jti} stands nowhere in the decisions of the last ${hours} h`;
  }
  const remedy = `grep ${jti} decisions-*.jsonl in the state folder`;
  return `${jti} does not stand in the newest decisions, and older ones are too many to be read here; ${remedy}`;
}

function describeToken({ before = [], caller, target, at, expiresAt, outcome }: RecordedToken, now: number): string {
  const edge = escapeDeceptive([...before, caller, target].join(" => "));
  const since = `${describeDuration((now - at) / 1_000)} ago`;
  if (outcome !== undefined) return `nothing would end: the token ${edge} of ${since} was never given out (${outcome})`;
  const leftSeconds = expiresAt - now / 1_000;
  const given = `${edge}, given out ${since}`;
  return leftSeconds > 0
    ? `one token would end, and what was exchanged for it: ${given}, dead in ${describeDuration(leftSeconds)}`
    : `nothing would end: ${given}, dead since ${describeDuration(-leftSeconds)}`;
}
