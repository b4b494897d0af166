import { accessClaims, signToken } from "../fake-issuer.ts";
import { accessText, each, type RefusedCase, refused, rotatingKey } from "./case.ts";

const unreadable = (text: string | Buffer): string => signToken(rotatingKey, text);

export const payloadCases: RefusedCase[] = [
  ...refused(
    "wrong_payload",
    each(["[]", "null", '"m1"', "7", "not json", " ", "{", "{}{}"], "a payload of", unreadable),
  ),
  ...refused("wrong_payload", {
    "bytes that are not UTF-8 (RFC 8725 3.7)": unreadable(Buffer.from([0x7b, 0xff, 0x7d])),
    "UTF-16": unreadable(Buffer.from(JSON.stringify(accessClaims), "utf16le")),
    "a payload after a byte order mark": unreadable(`\uFEFF${JSON.stringify(accessClaims)}`),
  }),
  ...refused("wrong_payload", {
    "sub said twice": unreadable(JSON.stringify(accessClaims).replace("{", '{"sub":"m3",')),
    "a name said twice deep inside": accessText("x", '[{"y":{"a":1,"a":2}}]'),
    "a string in a claim that is not UTF-8": unreadable(
      Buffer.concat([
        Buffer.from('{"x":"'),
        Buffer.from([0xff]),
        Buffer.from(`",${JSON.stringify(accessClaims).slice(1)}`),
      ]),
    ),
  }),
];
