import { matching, text } from "@meshpass/http-server/openapi";
import type { ErrorCode } from "@meshpass/protocol";

/** What may keep a token back at either door, whoever asks. */
export const grantErrors = [
  "payload_too_large",
  "unauthorized_client",
  "invalid_scope",
  "too_many_requests",
  "keys_unavailable",
  "store_unavailable",
  "core_unavailable",
  "core_key_unknown",
  "cut_meanwhile",
  "decisions_unwritable",
] as const satisfies readonly ErrorCode[];

/** A token may be one that was handed out before. */
export const wishForNew = {
  "Cache-Control": {
    ...text,
    examples: ["no-cache"],
    description: "`no-cache`: a token that was not handed out before",
  },
};

/** How a client stands that the map gives a quota. */
export const quotaHeader = {
  "Auth0-Client-Quota-Limit": matching(/^b=per_(hour|day);q=\d+;r=\d+;t=\d+(,b=per_day;q=\d+;r=\d+;t=\d+)?$/, {
    description: "Of each bucket the quota, what remains, and the seconds until it is filled again",
  }),
};
