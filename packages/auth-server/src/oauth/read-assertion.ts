import { maxTokenBytes, parseJson } from "@meshpass/protocol";
import { isKnownAlgorithm } from "../credentials/algorithms.ts";
import type { AssertionRefusal } from "./refuse-client.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** An assertion in its one canonical spelling. Nothing that it says has been checked. */
export interface Assertion {
  readonly text: string;
  readonly alg: string;
  /** Of the key that is said to have signed it. */
  readonly kid: string | undefined;
  readonly claims: JsonObject;
}

const types: readonly unknown[] = [undefined, "JWT", "client-authentication+jwt"];

/** They bring a key, or ask for an extension: nothing of which a verifier should believe the signer. */
const refusedNames = ["crit", "b64", "jku", "jwk", "x5u", "x5c"];

/**
 * What an assertion says, before any key is touched: at most 8,192 bytes, three parts, canonical base64url, header and claims
 * objects with each name once, an algorithm and a type that are taken here.
 */
export function readAssertion(text: string): Assertion | AssertionRefusal {
  if (Buffer.byteLength(text) > maxTokenBytes) return "too_long";
  const parts = text.split(".");
  if (parts.length !== 3 || parts.includes("")) return "not_three_parts";
  const [header, claims, signature] = parts.map(decodeCanonical);
  if (header === undefined || claims === undefined || signature === undefined) return "not_canonical";
  const { alg, kid, typ, ...others } = parseObject(header) ?? {};
  if (!isKnownAlgorithm(alg) || !types.includes(typ) || !isKid(kid)) return "wrong_header";
  if (refusedNames.some((name) => Object.hasOwn(others, name))) return "wrong_header";
  const payload = parseObject(claims);
  return payload === undefined ? "wrong_payload" : { text, alg, kid, claims: payload };
}

const isKid = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === "string" && value !== "");

function decodeCanonical(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, "base64url");
  return bytes.toString("base64url") === part ? bytes : undefined;
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
