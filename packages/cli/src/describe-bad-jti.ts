import { escapeDeceptive, isJti } from "@meshpass/protocol";

/** What is wrong with a text that was given for the jti of a token or credential, in one line; undefined for a jti. */
export const describeBadJti = (jti: string): string | undefined =>
  isJti(jti) ? undefined : `${escapeDeceptive(jti)} is no jti: write 1 to 64 of A-Z, a-z, 0-9, ., _ and -`;
