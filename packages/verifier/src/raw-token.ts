import { maxTokenBytes } from "@meshpass/protocol";
import { type JsonObject, parseJsonObject } from "./json-object.ts";
import { VerifierError } from "./verifier-error.ts";

/** A token in its one canonical spelling, whose header is of our kind. Nothing in it has been verified. */
export interface RawToken {
  /** Header and payload as they were signed: all before the second dot. */
  readonly signed: string;
  readonly signature: Uint8Array;
  readonly header: TokenHeader;
  /** The bytes of the payload, unread: what is in it means nothing before the signature has been checked. */
  readonly payload: Uint8Array;
}

/** The header of every token that the core signs. */
export interface TokenHeader {
  readonly alg: "RS256";
  readonly kid: string;
  readonly typ: "JWT";
}

/** Ours are about 100 bytes; what a stranger sends is not worth the parsing of more. */
const maxHeaderBytes = 512;

/**
 * What can be said of a token before any key is touched: at most 8,192 bytes, three parts, canonical base64url (one
 * token has one spelling, unused last bits included), and a header of exactly `alg`, `kid` and `typ`, at most 512 bytes.
 *
 * Does not look into the payload, and does not check the signature.
 *
 * @throws VerifierError `invalid_token`
 */
export function readRawToken(text: unknown): RawToken {
  if (typeof text !== "string") throw new VerifierError("not_a_string");
  // Characters stand for bytes here: any that is not ASCII is refused below.
  if (text.length > maxTokenBytes) throw new VerifierError("too_long");
  const [header, payload, end, ...more] = text.split(".");
  if (!header || !payload || !end || more.length > 0) throw new VerifierError("not_three_parts");
  const signature = decodeCanonical(end);
  const signed = text.slice(0, -end.length - 1);
  return { signed, signature, header: readHeader(header), payload: decodeCanonical(payload) };
}

/**
 * The claims of a token whose signature has been checked.
 *
 * @throws VerifierError `invalid_token` if the payload is not a JSON object with each name once
 */
export function readClaims({ payload }: RawToken): JsonObject {
  const claims = parseJsonObject(payload);
  if (claims === undefined) throw new VerifierError("wrong_payload");
  return claims;
}

function decodeCanonical(part: string): Buffer {
  const bytes = Buffer.from(part, "base64url");
  if (bytes.toString("base64url") !== part) throw new VerifierError("not_canonical");
  return bytes;
}

/** What was read last: the tokens of one key all begin alike. */
let last: { readonly part: string; readonly header: TokenHeader } | undefined;

function readHeader(part: string): TokenHeader {
  if (last?.part === part) return last.header;
  const bytes = decodeCanonical(part);
  const header = parseHeader(bytes);
  // Written anew: a part of a text keeps all of the text, which is a token.
  last = { part: bytes.toString("base64url"), header };
  return header;
}

function parseHeader(bytes: Uint8Array): TokenHeader {
  const { alg, kid, typ, ...more } = (bytes.length <= maxHeaderBytes ? parseJsonObject(bytes) : undefined) ?? {};
  const isOurs = alg === "RS256" && typ === "JWT" && typeof kid === "string" && kid !== "";
  if (!isOurs || Object.keys(more).length > 0) throw new VerifierError("wrong_header");
  return Object.freeze({ alg, kid, typ });
}
