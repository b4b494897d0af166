import { accessClaims, signToken } from "../fake-issuer.ts";
import {
  access,
  each,
  good,
  goodHeader,
  goodPayload,
  goodSignature,
  type RefusedCase,
  refused,
  rotatingKey,
} from "./case.ts";

/** The last character of a 256-byte signature has four unused bits, so it has 16 spellings that decode alike. */
function otherSpellings(): Record<string, string> {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(good.at(-1) as string);
  const spellings = Array.from({ length: 15 }, (_, at) => alphabet[last + at + 1] as string);
  return each(
    spellings,
    "a signature whose last character is spelt (token spellings)",
    (character) => good.slice(0, -1) + character,
  );
}

const tail = (part: string): string => part.slice(0, -1) + String.fromCharCode(part.charCodeAt(part.length - 1) + 1);
/** A payload of 3n + 1 bytes: its last character has unused bits. */
const looseText = JSON.stringify(accessClaims).padEnd(Math.ceil(JSON.stringify(accessClaims).length / 3) * 3 + 1);
export const loose = signToken(rotatingKey, looseText);

const looselySpelt = ([header = "", payload = "", signature = ""] = loose.split(".")): string =>
  `${header}.${tail(payload)}.${signature}`;

export const spellingCases: RefusedCase[] = [
  ...refused("not_canonical", otherSpellings()),
  ...refused("not_canonical", {
    "a payload whose unused last bits are set": looselySpelt(),
    "padding after the signature": `${good}==`,
    "a plus and a slash for a minus and an underscore": `${goodHeader}.${goodPayload}.${"+/".repeat(171)}`,
  }),
  ...refused(
    "not_canonical",
    {
      "a space inside the signature": `${goodHeader}.${goodPayload}.${goodSignature.slice(0, 9)} ${goodSignature.slice(9)}`,
      "a newline inside the payload": `${goodHeader}.${goodPayload.slice(0, 9)}\n${goodPayload.slice(9)}.${goodSignature}`,
      "a space at the end": `${good} `,
      "padding inside the header": `${goodHeader}==.${goodPayload}.${goodSignature}`,
      "a character outside ASCII": `${goodHeader}.${goodPayload}.${goodSignature}é`,
    },
    { atFastify: "malformed_header" },
  ),
  ...refused("not_three_parts", {
    "one part": "garbage",
    "two parts": `${goodHeader}.${goodPayload}`,
    "four parts": `${good}.${goodSignature}`,
    "the five parts of an encrypted token (CVE-2024-28176)": `${good}.AAAA.AAAA`,
    "an empty signature": `${goodHeader}.${goodPayload}.`,
    "an empty payload": `${goodHeader}..${goodSignature}`,
    "an empty header": `.${goodPayload}.${goodSignature}`,
    "RFC 7515 A.5, RFC 7519 6.1: an unsecured token":
      "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
  }),
  ...refused(
    "not_three_parts",
    {
      "RFC 7515 A.6: the JSON serialization": JSON.stringify({
        payload: goodPayload,
        signatures: [{ protected: goodHeader, header: { kid: rotatingKey.kid }, signature: goodSignature }],
      }),
    },
    { atFastify: "malformed_header" },
  ),
  ...refused("too_long", {
    "more than 8,192 bytes, although rightly signed": access({ pad: "x".repeat(6_000) }),
    "a megabyte": `${goodHeader}.${"A".repeat(1_048_576)}.${goodSignature}`,
  }),
];
