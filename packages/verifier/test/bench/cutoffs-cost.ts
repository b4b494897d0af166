import { createHash } from "node:crypto";
import { setTimeout as rest } from "node:timers/promises";
import { endings } from "@meshpass/protocol";
import { createCutoffs, createKeys, createVerifier, type Verifier } from "../../src/index.ts";
import { certificateEvent, coreKey, envelopeEvent, FakeFeed } from "../cutoffs/fake-feed.ts";
import { accessClaims, createSigningKey, signToken } from "../fake-issuer.ts";

/**
 * Prints what `cutoffs` add to a remembered token and what a cut costs, in microseconds of CPU time:
 * `node packages/verifier/test/bench/cutoffs-cost.ts`. With and without by turns, so that both see the same machine.
 */
const count = 2_000;
const rounds = 101;
const key = createSigningKey("d-1");
const iat = Math.floor(Date.now() / 1_000);
const tokens = Array.from({ length: count }, (_, at) =>
  signToken(key, { ...accessClaims, iat, exp: iat + 300, jti: `jti-${at}` }),
);
const keys = createKeys({ load: async () => ({ keys: [coreKey.jwk, key.jwk] }) });
await keys.refresh();
const cutoffs = createCutoffs({ keys });
const feed = new FakeFeed(Date.now);
await cutoffs.take(certificateEvent(feed.certificate()));
await cutoffs.take(envelopeEvent(feed.snapshot()));

const rules = { issuers: ["auth-server"], audience: "m2", kind: "access", keys } as const;
const bare = createVerifier(rules);
const heeding = createVerifier({ ...rules, cutoffs });

/** Tokens as requests bring them: each a string of its own, whose hash nobody has computed yet. */
const asReceived = (): string[] => tokens.map((token) => Buffer.from(token).toString());

/** Of one token, in microseconds. */
function measure(verifier: Verifier): number {
  const received = asReceived();
  const before = process.cpuUsage();
  for (const token of received)
    if (verifier.verify(token) instanceof Promise) throw new Error("not remembered, or refused");
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

for (const token of tokens) for (const verifier of [bare, heeding]) await verifier.verify(token);
const costs = { without: [] as number[], with: [] as number[], "after a cut": [] as number[] };
for (let round = 0; round < rounds; round += 1) {
  // A process that never comes to its timers counts as frozen.
  await rest(1);
  await cutoffs.take(envelopeEvent(feed.delta()));
  costs.without.push(measure(bare));
  costs.with.push(measure(heeding));
}
for (let round = 0; round < 21; round += 1) {
  await rest(1);
  await cutoffs.take(envelopeEvent(feed.cut(`caller x${round}`)));
  costs["after a cut"].push(measure(heeding));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;
for (const [what, values] of Object.entries(costs))
  console.log(`${`remembered, ${what}`.padEnd(32)} ${median(values).toFixed(3)} us`);

/** Of one envelope, in milliseconds. */
async function timeEnvelope(make: () => string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 11; round += 1) {
    await rest(1);
    const event = envelopeEvent(make());
    const before = process.cpuUsage();
    await cutoffs.take(event);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000);
  }
  return median(times);
}

console.log(`a heartbeat                      ${(await timeEnvelope(() => feed.delta())).toFixed(3)} ms`);
for (let at = feed.head; at < 10_000; at += 1)
  feed.add(endings.jti(createHash("sha256").update(`${at}`).digest("base64url")));
const snapshot = feed.snapshot();
console.log(
  `a snapshot of 10,000 cuts        ${(await timeEnvelope(() => feed.snapshot())).toFixed(1)} ms, ${snapshot.length} bytes`,
);
void cutoffs.close();
keys.close();
