import type { ListedKey } from "@meshpass/protocol";

/** Which family of a core's keys a kid belongs to: the static one that stays, or the rotating ones. */
export const familyOf = (kid: string): ListedKey["family"] => (kid.startsWith("s-") ? "static" : "rotating");
