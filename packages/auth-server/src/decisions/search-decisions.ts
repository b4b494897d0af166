import { open } from "node:fs/promises";
import type { Log } from "@meshpass/http-server";
import { cutLifeSeconds, type RecordedSearch, type RecordedToken } from "@meshpass/protocol";
import { decisionPath } from "./decision-file.ts";
import { type Grant, parseGrant, parseOutcome } from "./decision-record.ts";
import { readBackwards } from "./read-backwards.ts";

export interface DecisionSearchOptions {
  /** Where the decisions stand. */
  readonly folder: string;
  /** ms since 1970. */
  readonly clock: () => number;
  readonly log: Log;
  /** After so many bytes it gives up. Default 1 GiB. */
  readonly maxBytes?: number;
  /** After so many ms, too. Default 2,000. */
  readonly maxMs?: number;
  /** So much is read at a time, in bytes. Default 4 MiB. */
  readonly blockBytes?: number;
}

const mebibyte = 1_024 * 1_024;

/**
 * Looks the token `jti` up in the record of decisions, by the last one that let it be handed out, from the newest on, in the days in which a token that is alive can
 * have been decided on. That no token left after all is found if it stands in the same block of the file or in the next
 * one, as it does unless thousands of requests are decided on while the core works on one.
 */
export async function searchDecisions(options: DecisionSearchOptions, jti: string): Promise<RecordedSearch> {
  const { log, maxBytes = 1_024 * mebibyte, maxMs = 2_000 } = options;
  const endsAt = performance.now() + maxMs;
  let bytes = 0;
  let later: Buffer = Buffer.alloc(0);
  try {
    for await (const block of readDays(options)) {
      if (bytes >= maxBytes || performance.now() >= endsAt) return { looked: "newest" };
      const token = findToken(block, later, jti);
      if (token !== undefined) return { token, looked: "everywhere" };
      bytes += block.length;
      if (block.length > 0) later = block;
    }
    return { looked: "everywhere" };
  } catch (error) {
    log.warn({ cause: (error as Error).message }, "The record of decisions cannot be read");
    return { looked: "nowhere" };
  }
}

const dayMs = 86_400_000;

/** The decisions of the last days, in blocks of lines, the newest first. A day without decisions has no file. */
async function* readDays({ folder, clock, blockBytes = 4 * mebibyte }: DecisionSearchOptions): AsyncGenerator<Buffer> {
  const now = clock();
  const days = Math.floor(now / dayMs) - Math.floor((now - cutLifeSeconds * 1_000) / dayMs);
  for (let day = 0; day <= days; day += 1) {
    const file = await openIfThere(decisionPath(folder, now - day * dayMs));
    try {
      if (file !== undefined) yield* readBackwards(file, blockBytes);
    } finally {
      await file?.close();
    }
  }
}

const openIfThere = (path: string) =>
  open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });

/** The token, if a decision on it stands in `block`; the outcome may stand in `later`, what was written after that. */
function findToken(block: Buffer, later: Buffer, jti: string): RecordedToken | undefined {
  const found = findGrant(block, jti);
  if (found === undefined) return undefined;
  const { decisionId, caller, before, target, at, expiresAt, reused } = found.grant;
  const token = { caller, ...(before.length === 0 ? {} : { before }), target, at, expiresAt };
  // It had left before: that it did not leave once more says nothing about it.
  if (reused) return token;
  const outcome = findOutcome(block.subarray(found.end), decisionId) ?? findOutcome(later, decisionId);
  return outcome === undefined ? token : { ...token, outcome };
}

/** The last decision to let this token be made or handed out, and where its line ends; lines that do not say so are passed over. */
function findGrant(block: Buffer, jti: string): { readonly grant: Grant; readonly end: number } | undefined {
  const name = `"jti":"${jti}"`;
  let rest = block;
  for (let place = rest.lastIndexOf(name); place !== -1; place = rest.lastIndexOf(name)) {
    const grant = parseGrant(lineAt(block, place));
    if (grant?.jti === jti) return { grant, end: endOfLine(block, place) };
    rest = rest.subarray(0, rest.lastIndexOf("\n", place) + 1);
  }
  return undefined;
}

function findOutcome(text: Buffer, decisionId: string): RecordedToken["outcome"] {
  const place = text.indexOf(`"decision_id":"${decisionId}"`);
  return place === -1 ? undefined : parseOutcome(lineAt(text, place));
}

function endOfLine(text: Buffer, place: number): number {
  const end = text.indexOf("\n", place);
  return end === -1 ? text.length : end;
}

const lineAt = (text: Buffer, place: number): string =>
  text.toString("utf8", text.lastIndexOf("\n", place) + 1, endOfLine(text, place));
