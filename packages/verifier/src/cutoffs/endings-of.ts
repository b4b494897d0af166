import { createHash } from "node:crypto";
import { callsOf, endings, type ParentToken } from "@meshpass/protocol";

/** What cuts look at in a token, besides its key. */
export interface CutSubject {
  /** Who calls now. */
  readonly caller: string;
  readonly target: string;
  readonly jti: string;
  /** Of a delegated token: who called before on the way there, the first one first. */
  readonly before?: readonly string[];
  /** Of a delegated token: those that it came from. */
  readonly parents?: readonly ParentToken[];
}

/** What a cut of the single token `jti` ends. The feed is for anybody to read, so that it holds a hash alone. */
export const endingOfJti = (jti: string): string => endings.jti(createHash("sha256").update(jti).digest("base64url"));

/** Every text of `endings` that ends a token, but for those of keys: of a delegated one also what ends a call on its way. */
export function endingsOf({ caller, target, jti, before = [], parents = [] }: CutSubject): readonly string[] {
  const calls = callsOf([...before, caller], target);
  return [
    endings.everything,
    ...calls.flatMap(([from, to]) => [endings.caller(from), endings.target(to), endings.edge(from, to)]),
    ...[jti, ...parents.map((parent) => parent.jti)].map(endingOfJti),
  ];
}

/** Whether a cut is that of a key, which ends its tokens whatever they know of the feed. */
export const isOfKey = (ends: string): boolean => ends.startsWith(endings.kid(""));
