import { createPublicKey, verify } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CutoffsEnvelope } from "@meshpass/protocol";
import t from "tap";
import { openFeedKey } from "../../src/cutoffs/feed-key.ts";

const envelope: CutoffsEnvelope = {
  aud: "meshpass:cutoffs",
  epoch: 1,
  head: 0,
  hash: "A".repeat(43),
  cuts: [],
  iat: 1,
  exp: 3,
  keys: "k",
};

t.test("what it signs is a JWS that anybody can check with the key that its id is", async (t) => {
  const { key } = await openFeedKey(join(t.testdir(), "feed-key.json"));
  const [header = "", payload = "", signature = ""] = key.sign(envelope).split(".");
  t.strictSame(JSON.parse(Buffer.from(header, "base64url").toString()), {
    alg: "EdDSA",
    typ: "cutoffs+jwt",
    kid: key.id,
  });
  t.strictSame(JSON.parse(Buffer.from(payload, "base64url").toString()), envelope);
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key.id }, format: "jwk" });
  t.ok(verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, "base64url")));
});

t.test("key and certificate outlive the process, in a file for this user alone", async (t) => {
  const path = join(t.testdir(), "feed-key.json");
  const first = await openFeedKey(path);
  t.equal(first.certificate, undefined);
  await first.keep("certificate-1");
  t.equal(statSync(path).mode & 0o777, 0o600);
  const second = await openFeedKey(path);
  t.equal(second.key.id, first.key.id);
  t.equal(second.certificate, "certificate-1");
});

t.test("a file that holds no feed key is no reason not to start: there is a new one", async (t) => {
  const path = join(t.testdir(), "feed-key.json");
  const first = await openFeedKey(path);
  await first.keep("certificate-1");
  const kept = readFileSync(path, "utf8");
  for (const text of ["", "{", "null", '{"privateKey":"x","certificate":"y"}', kept.slice(0, 60), rsaKey(kept)]) {
    writeFileSync(path, text);
    const opened = await openFeedKey(path);
    t.not(opened.key.id, first.key.id, text.slice(0, 30));
    t.equal(opened.certificate, undefined);
  }
});

/** A key that signs otherwise than receivers expect. */
const rsaKey = (kept: string): string => kept.replace(/-----BEGIN[^"]*/, "-----BEGIN PRIVATE KEY-----\\n");
