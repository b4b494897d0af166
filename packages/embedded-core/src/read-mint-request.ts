import { isBefore } from "./cdi-version.ts";
import { JsonNumber, type JsonObject, type JsonValue, readJson } from "./read-json.ts";
import { Refusal } from "./refusal.ts";

/** What `POST /recipe/jwt` asks for. */
export interface MintRequest {
  readonly algorithm: string;
  /** Becomes `iss` where the payload has none. */
  readonly jwksDomain: string;
  readonly payload: JsonObject;
  /** Above zero, 64 bits. */
  readonly validitySeconds: bigint;
  readonly useStaticKey: boolean;
}

/**
 * Reads the body of `POST /recipe/jwt` as the real core does, field by field in its order, with what its JSON library
 * converts: a list of one counts as what it holds, a number may be written as a string, a number is cut to an integer.
 * The JSON itself is read strictly.
 *
 * Does not check whether the algorithm is one that can sign, and says nothing about what the payload may hold.
 *
 * @throws Refusal 400 with the first thing that is wrong.
 */
export function readMintRequest(body: string, cdiVersion: string): MintRequest {
  const fields = readFields(body);
  const read = <Value>(name: string, convert: (value: JsonValue | undefined) => Value | undefined): Value => {
    const value = convert(fields.get(name));
    if (value === undefined) throw new Refusal(400, `Field name '${name}' is invalid in JSON input`);
    return value;
  };
  const algorithm = read("algorithm", toText);
  const jwksDomain = read("jwksDomain", toText);
  const payload = read("payload", (value) => (value instanceof Map ? value : undefined));
  const validitySeconds = read("validity", toLong);
  if (validitySeconds <= 0n) throw new Refusal(400, "validity must be greater than or equal to 0");
  // The field came with version 2.21; before it every token was signed with the static key.
  const useStaticKey = isBefore(cdiVersion, "2.21") || read("useStaticSigningKey", (value = true) => toBoolean(value));
  return { algorithm, jwksDomain, payload, validitySeconds, useStaticKey };
}

function readFields(body: string): JsonObject {
  try {
    const value = readJson(body);
    if (value instanceof Map) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refusal(400, "Invalid Json Input");
}

const soleItem = (value: JsonValue | undefined): JsonValue | undefined =>
  Array.isArray(value) && value.length === 1 ? value[0] : value;

function toText(value: JsonValue | undefined): string | undefined {
  const item = soleItem(value);
  return typeof item === "string" ? item : undefined;
}

function toBoolean(value: JsonValue): boolean | undefined {
  const item = soleItem(value);
  if (item instanceof JsonNumber) return false;
  return typeof item === "boolean" ? item : undefined;
}

function toLong(value: JsonValue | undefined): bigint | undefined {
  const item = soleItem(value);
  if (item instanceof JsonNumber) return BigInt.asIntN(64, wholePart(item.text));
  if (typeof item !== "string" || !/^[+-]?[0-9]{1,19}$/.test(item)) return undefined;
  const long = BigInt(item.replace("+", ""));
  return long === BigInt.asIntN(64, long) ? long : undefined;
}

/** The integer that is left of `number` without its fraction; only its low 64 bits count. */
function wholePart(number: string): bigint {
  const [mantissa = "", exponent = "0"] = number.split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  // 10^64 is a multiple of 2^64, so that beyond it nothing is left in the low bits, and no huge power is worked out.
  if (shift >= 64) return 0n;
  return shift >= 0 ? digits * 10n ** BigInt(shift) : BigInt((whole + fraction).slice(0, shift).replace(/^-?$/, "0"));
}
