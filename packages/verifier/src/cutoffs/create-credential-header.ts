import { maxTokenBytes } from "@meshpass/protocol";
import type { Timers } from "../timers.ts";
import { withinDeadline } from "../within-deadline.ts";

/** Gives the header that shows a credential, or no header. Does not reject. */
export type CredentialHeader = () => Promise<{ readonly authorization?: string }>;

const deadlineMs = 1_000;

/** What a credential is written with; anything else would be no header, and its request no request. */
const isToken = (text: unknown): text is string =>
  typeof text === "string" && text.length <= maxTokenBytes && /^[\w.~+/-]+=*$/.test(text);

/**
 * Shows what `credential` gives within a second. A credential that cannot be had keeps nobody from the feed, which is for
 * everybody.
 */
export const createCredentialHeader =
  (credential: (() => Promise<string>) | undefined, timers: Timers): CredentialHeader =>
  async () => {
    if (credential === undefined) return {};
    const given = withinDeadline(credential, deadlineMs, new AbortController(), timers, new Error("late"));
    const text: unknown = await given.catch(() => undefined);
    return isToken(text) ? { authorization: `Bearer ${text}` } : {};
  };
