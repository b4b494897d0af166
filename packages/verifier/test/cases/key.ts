import { constants, sign } from "node:crypto";
import {
  accessClaims,
  credentialClaims,
  encode,
  headerOf,
  operatorClaims,
  signRaw,
  signToken,
} from "../fake-issuer.ts";
import {
  access,
  credentials,
  each,
  goodHeader,
  goodPayload,
  goodSignature,
  headerWith,
  operators,
  type RefusedCase,
  refused,
  rotatingKey,
  staticKey,
  strangerKey,
} from "./case.ts";

function pssSignature(): string {
  const key = { key: rotatingKey.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING };
  return sign("RSA-SHA256", Buffer.from(`${goodHeader}.${goodPayload}`), key).toString("base64url");
}

export const keyCases: RefusedCase[] = [
  ...refused(
    "unknown_kid",
    each(
      ["d-unknown", "s-unknown", "d-__proto__", "d-1:x", "d-%3A", "d-\n", `${rotatingKey.kid} `],
      "an unpublished kid, separators and escapes among them (CVE-2025-59936)",
      (kid) => headerWith({ kid }),
    ),
  ),
  ...refused(
    "wrong_key_family",
    each(["__proto__", "constructor", "x-1", "D-1"], "a kid of no family", (kid) => headerWith({ kid })),
  ),
  ...refused(
    "wrong_key_family",
    { "a credential signed by a rotating key": signToken(rotatingKey, credentialClaims) },
    { options: credentials },
  ),
  ...refused(
    "wrong_key_family",
    { "an operator token signed by a rotating key": signToken(rotatingKey, operatorClaims) },
    { options: operators },
  ),
  ...refused("bad_signature", {
    "a stranger's key under our kid": signToken(strangerKey, accessClaims),
    "our other key under this kid": signRaw(
      { ...staticKey, kid: rotatingKey.kid },
      headerOf(rotatingKey),
      accessClaims,
    ),
    "another payload under a good signature": `${goodHeader}.${encode({ ...accessClaims, sub: "m3" })}.${goodSignature}`,
    "a good token with a garbage signature": `${goodHeader}.${goodPayload}.${encode(Buffer.alloc(256, 7))}`,
    "a signature of nothing but zeros": `${goodHeader}.${goodPayload}.${encode(Buffer.alloc(256))}`,
    "a signature cut short": `${goodHeader}.${goodPayload}.${goodSignature.slice(0, 340)}`,
    "the signature of another good token": `${goodHeader}.${goodPayload}.${access({ x: 1 }).split(".")[2]}`,
    "PSS padding under RS256": `${goodHeader}.${goodPayload}.${pssSignature()}`,
  }),
];
