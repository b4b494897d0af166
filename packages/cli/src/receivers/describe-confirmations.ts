import type { Receiver } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";
import { countNoun } from "../count-noun.ts";
import { describeDuration } from "../describe-duration.ts";
import type { Confirmations, Unanswered } from "./await-confirmations.ts";
import { isAhead } from "./is-ahead.ts";
import { nameReceiver } from "./list-receivers.ts";

/** So many receivers that have not confirmed are named. */
const maxNamed = 20;

/** Who has read a cut and who has not, for people. `undefined` is that nobody waited. */
export function describeConfirmations(state: Confirmations | Unanswered | undefined): readonly string[] {
  if (state === undefined) return ["nobody waited for the receivers; pnpm meshpass status says how far each has read"];
  if ("unanswered" in state) return [`that is stored, but not known to be in force anywhere: ${state.unanswered}`];
  return describeCounted(state);
}

function describeCounted({ total, missing, feed, tookMs, now }: Confirmations): readonly string[] {
  if (total === 0) return ["no receiver has been heard of; nobody verifies tokens with this server's feed"];
  const time = `${(tookMs / 1_000).toFixed(1)} s`;
  const share = `in force at ${total - missing.length} of ${countNoun(total, "receiver")}`;
  if (missing.length === 0) return [`${share} in ${time}`];
  const named = missing.slice(0, maxNamed).map((receiver) => {
    const heard = describeDuration((now - receiver.lastHeardAt) / 1_000);
    const state = isAhead(receiver, feed) ? "is ahead of the auth server (a restored store?)" : "has not confirmed";
    return escapeDeceptive(`${nameReceiver(receiver)} ${state}; last heard of ${heard} ago`);
  });
  const omitted = missing.length - named.length;
  const rest = omitted === 0 ? [] : [`and ${omitted} more; pnpm meshpass status lists them`];
  return [`${share} after ${time}`, ...named, ...rest, ...describeSilent(missing)];
}

/** A process that was killed never confirms, and would be waited for until no token can be left that it accepts. */
function describeSilent(missing: readonly Receiver[]): readonly string[] {
  const silent = missing.find(({ live }) => !live);
  if (silent === undefined) return [];
  const one = `pnpm meshpass forget SERVICE INSTANCE, such as ${nameReceiver(silent)}`;
  return [escapeDeceptive(`for each that is gone for good: ${one}; or pnpm meshpass forget --silent`)];
}

/** The same for programs. */
export function confirmationFields(state: Confirmations | Unanswered | undefined): object {
  if (state === undefined || "unanswered" in state) return state ?? {};
  const { total, missing, tookMs } = state;
  return {
    receivers: total,
    confirmed: total - missing.length,
    missing,
    tookMs: Math.round(tookMs),
  };
}

/** 0 where everybody has confirmed or nobody waited, else 1. */
export const exitCodeOf = (state: Confirmations | Unanswered | undefined): number =>
  state === undefined || ("missing" in state && state.missing.length === 0) ? 0 : 1;
