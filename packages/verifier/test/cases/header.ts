import { createHmac } from "node:crypto";
import { accessClaims, encode, headerOf, type SigningKey, signRaw, without } from "../fake-issuer.ts";
import {
  each,
  goodPayload,
  goodSignature,
  headerWith,
  type RefusedCase,
  refused,
  rotatingKey,
  strangerKey,
} from "./case.ts";

function hmacToken(alg: string, secret: string | Buffer, key: SigningKey = rotatingKey): string {
  const input = `${encode({ ...headerOf(key), alg })}.${goodPayload}`;
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest("base64url")}`;
}

/** Our public key taken for an HMAC secret, by libraries that guess from the text of a key what it is. */
function hmacForgeries(): Record<string, string> {
  const { publicKey, jwk } = rotatingKey;
  const encodings = {
    "PKCS1 PEM (CVE-2023-48223)": publicKey.export({ type: "pkcs1", format: "pem" }) as string,
    "SPKI PEM": publicKey.export({ type: "spki", format: "pem" }) as string,
    "JWK JSON (GHSA-g3jj-5cmm-3hxx)": JSON.stringify(jwk),
    "DER base64": publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  };
  const shapes: Record<string, (text: string) => string> = {
    "as it is": (text) => text,
    "without the last newline": (text) => text.trimEnd(),
    "after a newline (CVE-2026-34950)": (text) => `\n${text}`,
    "after a tab (CVE-2026-34950)": (text) => `\t${text}`,
    "after a byte order mark (CVE-2026-34950)": (text) => `\uFEFF${text}`,
    "after a NUL (GHSA-ww5h-9m49-7xx4)": (text) => `\0${text}`,
    "after a zero-width space (GHSA-ww5h-9m49-7xx4)": (text) => `\u200B${text}`,
    "after a comment (GHSA-ww5h-9m49-7xx4)": (text) => `# key\n${text}`,
  };
  const forgeries = Object.entries(encodings).flatMap(([encoding, text]) =>
    Object.entries(shapes).map(([shape, change]) => [
      `HS256 with our public key as ${encoding}, ${shape}`,
      hmacToken("HS256", change(text)),
    ]),
  );
  return Object.fromEntries(forgeries);
}

const headerText = (text: string): string => signRaw(rotatingKey, text, accessClaims);

export const headerCases: RefusedCase[] = [
  ...refused("wrong_header", hmacForgeries()),
  ...refused(
    "wrong_header",
    each(["HS256", "HS384", "HS512"], "an empty HMAC secret (CVE-2026-44351, GHSA-gmvf-9v4p-v8jc) as", (alg) =>
      hmacToken(alg, ""),
    ),
  ),
  ...refused(
    "wrong_header",
    each(
      ["none", "None", "NONE", "nOnE", ""],
      "alg (CVE-2022-23540)",
      (alg) => `${encode({ ...headerOf(rotatingKey), alg })}.${goodPayload}.${goodSignature}`,
    ),
  ),
  ...refused("wrong_header", {
    "RS512, rightly signed": signRaw(
      rotatingKey,
      { ...headerOf(rotatingKey), alg: "RS512" },
      accessClaims,
      "RSA-SHA512",
    ),
    "RFC 7515 A.2: a header without kid and typ": signRaw(rotatingKey, { alg: "RS256" }, accessClaims),
    "more than 512 bytes": headerWith({ kid: `${rotatingKey.kid}${"x".repeat(512)}` }),
    "no kid": signRaw(rotatingKey, without(headerOf(rotatingKey), "kid"), accessClaims),
    "no typ": signRaw(rotatingKey, without(headerOf(rotatingKey), "typ"), accessClaims),
    "no alg": signRaw(rotatingKey, without(headerOf(rotatingKey), "alg"), accessClaims),
    "alg said twice": headerText(`{"alg":"none","alg":"RS256","kid":"${rotatingKey.kid}","typ":"JWT"}`),
    "kid said twice, once by an escape": headerText(
      `{"alg":"RS256","k\\u0069d":"d-x","kid":"${rotatingKey.kid}","typ":"JWT"}`,
    ),
    "__proto__ in the header": headerText(`{"alg":"RS256","kid":"${rotatingKey.kid}","typ":"JWT","__proto__":{}}`),
    "a header that is an array": headerText(JSON.stringify([headerOf(rotatingKey)])),
    "a header that is null": headerText("null"),
    "a header that is no JSON": headerText("{alg:RS256}"),
    "a header after a byte order mark": headerText(`\uFEFF${JSON.stringify(headerOf(rotatingKey))}`),
  }),
  ...refused(
    "wrong_header",
    each([["x"], [], "x", ["b64"]], "crit (CVE-2026-35042)", (crit) => headerWith({ crit })),
  ),
  ...refused(
    "wrong_header",
    each(["jku", "x5u"], "an address of keys (get-jwks without issuersWhitelist) in", (name) =>
      headerWith({ [name]: "https://evil.example/keys" }),
    ),
  ),
  ...refused(
    "wrong_header",
    each(["x5c", "x5t", "cty", "zip", "b64", "unknown"], "a parameter that nobody asked for:", (name) =>
      headerWith({ [name]: name }),
    ),
  ),
  ...refused("wrong_header", { "a key of its own in jwk": headerWith({ jwk: strangerKey.jwk }) }),
  ...refused(
    "wrong_header",
    each(["jwt", "at+jwt", "JWT ", "", null], "typ", (typ) => headerWith({ typ })),
  ),
  ...refused(
    "wrong_header",
    each([7, "", null, ["d-1"], {}], "kid", (kid) => headerWith({ kid })),
  ),
];
