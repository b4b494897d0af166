import { generateKeyPairSync } from "node:crypto";
import { readKeyText } from "@meshpass/protocol";
import t from "tap";

const pairs = [
  generateKeyPairSync("rsa", { modulusLength: 2_048 }),
  generateKeyPairSync("ec", { namedCurve: "P-256" }),
  generateKeyPairSync("ed25519"),
];

t.test(
  "a public key is one PEM block of the label PUBLIC KEY, or a JWK, of which only public members go on",
  async (t) => {
    for (const { publicKey } of pairs) {
      const pem = String(publicKey.export({ type: "spki", format: "pem" })).trim();
      for (const text of [pem, `${pem}\n`, `\ufeff \r\n${pem}\r\n`, pem.replaceAll("\n", "\r\n")]) {
        t.strictSame(readKeyText(text), { form: "public", publicKey: text.trim() });
      }
      const jwk = publicKey.export({ format: "jwk" });
      const more = { kid: "mine", key_ops: ["verify"], ext: true, x5c: ["x"], note: "secret" };
      t.strictSame(readKeyText(JSON.stringify({ ...jwk, use: "sig", alg: "x", ...more })), {
        form: "public",
        publicKey: { ...jwk, use: "sig", alg: "x" },
      });
    }
  },
);

t.test("whatever holds something private is seen to, in every form that tools write", async (t) => {
  for (const { publicKey, privateKey } of pairs) {
    const spki = publicKey.export({ type: "spki", format: "pem" });
    const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" });
    const locked = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
    for (const text of [pkcs8, locked, `${spki}${pkcs8}`, `${pkcs8}${spki}`, `# mine\n${pkcs8}`, `x${pkcs8}`]) {
      t.strictSame(readKeyText(String(text)), { form: "private" });
    }
    t.strictSame(readKeyText(JSON.stringify(privateKey.export({ format: "jwk" }))), { form: "private" });
    t.strictSame(readKeyText(JSON.stringify({ d: null, ...publicKey.export({ format: "jwk" }) })), { form: "private" });
  }
  const [rsa, ec] = pairs.map(({ privateKey }) => privateKey);
  t.strictSame(readKeyText(String(rsa?.export({ type: "pkcs1", format: "pem" }))), { form: "private" });
  t.strictSame(readKeyText(String(ec?.export({ type: "sec1", format: "pem" }))), { form: "private" });
  t.strictSame(readKeyText("-----BEGIN OPENSSH PRIVATE KEY-----"), { form: "private" });
  t.strictSame(readKeyText('{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMko"}'), { form: "private" });
});

t.test("everything else is unknown, and goes nowhere", async (t) => {
  const spki = String(pairs[0]?.publicKey.export({ type: "spki", format: "pem" }));
  const pkcs1 = String(pairs[0]?.publicKey.export({ type: "pkcs1", format: "pem" }));
  for (const text of [
    "",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI",
    pkcs1,
    spki + spki,
    `Comment: x\n${spki}`,
    spki.replaceAll("PUBLIC KEY", "CERTIFICATE"),
    spki.slice(0, 100),
    "\u0000\u0001",
    "{}",
    "[]",
    "null",
    '"kty"',
    "{",
    `{"keys":[${JSON.stringify(pairs[0]?.privateKey.export({ format: "jwk" }))}]}`,
  ]) {
    t.strictSame(readKeyText(text), { form: "unknown" }, text.slice(0, 40));
  }
});
