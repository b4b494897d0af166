import { createHash } from "node:crypto";
import { endings } from "@meshpass/protocol";

/** What cuts look at in a token, besides its key. */
export interface CutSubject {
  readonly caller: string;
  readonly target: string;
  readonly jti: string;
}

/** What a cut of the single token `jti` ends. The feed is for anybody to read, so that it holds a hash alone. */
export const endingOfJti = (jti: string): string => endings.jti(createHash("sha256").update(jti).digest("base64url"));

/** Every text of `endings` that ends `token`, but for that of its key. */
export const endingsOf = ({ caller, target, jti }: CutSubject): readonly string[] => [
  endings.everything,
  endings.caller(caller),
  endings.target(target),
  endings.edge(caller, target),
  endingOfJti(jti),
];

/** Whether a cut is that of a key, which ends its tokens whatever they know of the feed. */
export const isOfKey = (ends: string): boolean => ends.startsWith(endings.kid(""));
