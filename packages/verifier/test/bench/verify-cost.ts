import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createKeys, createVerifier, type Verifier } from "../../src/index.ts";

/** Prints the CPU time that `verify` costs, in microseconds: `node packages/verifier/test/bench/verify-cost.ts`. */
const count = 2_000;
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const jwk = { ...publicKey.export({ format: "jwk" }), kid: "d-1", use: "sig", alg: "RS256" };
const keys = createKeys({ load: async () => ({ keys: [jwk] }) });

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

function sign(jti: string, key: KeyObject): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = {
    iat,
    exp: iat + 300,
    iss: "auth-server",
    sub: "m1",
    aud: "m2",
    jti,
    token_use: "access",
    map: 1,
    gen: "1.0",
  };
  const input = `${encode({ kid: "d-1", typ: "JWT", alg: "RS256" })}.${encode(claims)}`;
  return `${input}.${createSign("RSA-SHA256").update(input).sign(key).toString("base64url")}`;
}

const verifierOf = (cacheSize: number): Verifier =>
  createVerifier({ issuers: ["auth-server"], audience: "m2", kind: "access", keys, cacheSize });

/** Tokens as requests bring them: each a string of its own, whose hash nobody has computed yet. */
const asReceived = (tokens: readonly string[]): string[] => tokens.map((token) => Buffer.from(token).toString());

async function verifyAll(verifier: Verifier, tokens: readonly string[]): Promise<number> {
  const before = process.cpuUsage();
  for (const token of tokens) {
    try {
      const caller = verifier.verify(token);
      if (caller instanceof Promise) await caller;
    } catch {
      // A refusal is what is measured.
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / tokens.length;
}

/** The best of some rounds: whatever else the machine does only adds. */
async function measure(what: string, verifier: Verifier, tokens: readonly string[]): Promise<void> {
  await verifyAll(verifier, tokens);
  const rounds: number[] = [];
  for (let round = 0; round < 7; round += 1) rounds.push(await verifyAll(verifier, asReceived(tokens)));
  console.log(
    `${what.padEnd(48)} ${Math.min(...rounds)
      .toFixed(1)
      .padStart(6)} us`,
  );
}

const different = Array.from({ length: count }, (_, at) => sign(`jti-${at}`, privateKey));
const stranger = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
const forged = Array.from({ length: count }, (_, at) => sign(`jti-${at}`, stranger));
const misspelt = different.map((token) => `${token}=`);

await measure("remembered (hit)", verifierOf(10_000), different);
await measure("not remembered (miss), no cache", verifierOf(0), different);
await measure("not remembered, cache of half the working set", verifierOf(count / 2), different);
await measure("forged signature", verifierOf(10_000), forged);
await measure("another spelling", verifierOf(10_000), misspelt);
keys.close();
