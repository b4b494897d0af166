import type { Rotation } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";
import { countNoun } from "../count-noun.ts";
import { describeDuration } from "../describe-duration.ts";

/** `2 of 3 receivers have d-1795309724000`. */
export const describeHolders = ({ kid, holding, receivers }: Rotation): string =>
  receivers === 0
    ? "no receiver has been heard of"
    : `${holding} of ${countNoun(receivers, "receiver")} ${receivers === 1 ? "has" : "have"} ${escapeDeceptive(kid)}`;

const shownOfInstance = 8;

/** Each receiver that is waited for: `m3 7c1e…, last heard of 4 s ago`, at `nowSeconds` since 1970. */
export const describeBehind = ({ behind }: Rotation, nowSeconds: number): readonly string[] =>
  behind.map(({ service, instance, lastHeardAt }) => {
    const heard = describeDuration(nowSeconds - lastHeardAt / 1_000);
    return escapeDeceptive(`${service} ${instance.slice(0, shownOfInstance)}, last heard of ${heard} ago`);
  });

/** Both in one line, for who watches; of many receivers it names the first. */
export function describeProgress(rotation: Rotation, nowSeconds: number): string {
  const [first, ...others] = describeBehind(rotation, nowSeconds);
  if (first === undefined) return describeHolders(rotation);
  return `${describeHolders(rotation)}; waiting for ${first}${others.length === 0 ? "" : `, and ${others.length} more`}`;
}
