import { generateKeyPairSync, sign } from "node:crypto";

/** A DER element (X.690): tag, length, content. */
function element(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const long = content.length < 256 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(content.length < 128 ? [content.length] : long)]), content]);
}

const sequence = (...parts: Uint8Array[]): Uint8Array => element(0x30, ...parts);
const utcTime = (text: string): Uint8Array => element(0x17, Buffer.from(text));
const ecdsaWithSha256 = sequence(element(0x06, Buffer.from("2a8648ce3d040302", "hex")));

/** A certificate of no name (RFC 5280) and its key, as PEM: Node makes none, and openssl is not on every machine. */
export function createCertificate(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const serial = element(0x02, Buffer.from([1]));
  const nobody = sequence();
  const validity = sequence(utcTime("260101000000Z"), utcTime("490101000000Z"));
  const publicKeyInfo = publicKey.export({ type: "spki", format: "der" });
  const unsigned = sequence(serial, ecdsaWithSha256, nobody, validity, nobody, publicKeyInfo);
  const signature = element(0x03, Buffer.from([0]), sign("sha256", unsigned, privateKey));
  const base64 = Buffer.from(sequence(unsigned, ecdsaWithSha256, signature)).toString("base64");
  const lines = base64.match(/.{1,64}/g)?.join("\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}
