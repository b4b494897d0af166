import { generateKeyPairSync, sign, verify } from "node:crypto";
import type { Piece } from "../measure/interleave.ts";
import { answerParent } from "../stage/answer-parent.ts";

// The machine's own limits: what one core signs and verifies, RS256 with 2048 bits, of a token's size.
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const input = Buffer.from("x".repeat(420));
const signature = sign("RSA-SHA256", input, privateKey);
const work = {
  sign: () => void sign("RSA-SHA256", input, privateKey),
  verify: () => void verify("RSA-SHA256", input, publicKey, signature),
};

function measure({ what, seconds }: { readonly what: keyof typeof work; readonly seconds: number }): Piece {
  const before = process.cpuUsage();
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  let count = 0;
  for (; performance.now() < end; count += 10) for (let each = 0; each < 10; each += 1) work[what]();
  const { user, system } = process.cpuUsage(before);
  const took = performance.now() - begun;
  return { cpuMicros: (user + system) / count, perSecond: (count * 1_000) / took, p99Ms: took / count, idle: 1 };
}

answerParent(measure);
