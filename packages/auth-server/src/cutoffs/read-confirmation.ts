import { HttpError, objectBody } from "@meshpass/http-server";
import { type Confirmation, type CutoffsAnswer, isInstance, isKid, maxProofLength } from "@meshpass/protocol";

const fields = ["instance", "version", "epoch", "head", "kids", "keysAgeSeconds", "now", "leaving", "ahead"] as const;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown, grammar: RegExp): value is string => typeof value === "string" && grammar.test(value);

/** What each field must be. */
const holds: Readonly<Record<(typeof fields)[number], (value: unknown) => boolean>> = {
  instance: isInstance,
  version: (value) => isText(value, /^[\w.+-]{1,64}$/),
  epoch: isCount,
  head: isCount,
  kids: (value) => Array.isArray(value) && value.length <= 100 && value.every(isKid),
  keysAgeSeconds: (value) => value === null || (typeof value === "number" && value >= 0),
  now: isCount,
  leaving: (value) => value === undefined || value === true,
  ahead: (value) => value === undefined || isAnswer(value),
};

/**
 * The body of `POST /cutoffs/confirmations`. Nothing in it is believed but what concerns the receiver itself; `ahead` is
 * checked as a proof elsewhere.
 *
 * @throws HttpError `invalid_request`
 */
export function readConfirmation(body: unknown): Confirmation {
  const read = objectBody(body, fields);
  if (!fields.every((field) => holds[field](read[field]))) throw new HttpError("invalid_request");
  return read as unknown as Confirmation;
}

function isAnswer(value: unknown): value is CutoffsAnswer {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 2) return false;
  const { certificate, envelope } = value as Partial<CutoffsAnswer>;
  const areTexts = typeof certificate === "string" && typeof envelope === "string";
  return areTexts && certificate.length + envelope.length <= maxProofLength;
}
