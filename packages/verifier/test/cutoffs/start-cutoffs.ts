import type { Test } from "tap";
import { type CutoffsOptions, createCutoffs, createKeys, createVerifier, VerifierError } from "../../src/index.ts";
import { accessClaims, createSigningKey, type Json, now, signToken } from "../fake-issuer.ts";
import { createFakeTime } from "../fake-time.ts";
import { certificateEvent, coreKey, envelopeEvent, FakeFeed } from "./fake-feed.ts";

export const tokenKey = createSigningKey("d-1");

/** Cut-offs that a test feeds, a feed to feed them from, and the receiver m2 that heeds them. */
export async function startCutoffs(t: Test, more: Partial<CutoffsOptions> = {}) {
  const time = createFakeTime();
  const published = { keys: [coreKey.jwk, tokenKey.jwk] };
  const keys = createKeys({ load: async () => published, refreshSeconds: 3_600, clock: time.clock });
  await keys.refresh();
  const told: boolean[] = [];
  const onStale = (isStale: boolean) => void told.push(isStale);
  const cutoffs = createCutoffs({ keys, ...time, onStale, ...more });
  const feed = new FakeFeed(time.clock);
  t.teardown(() => {
    keys.close();
    return cutoffs.close();
  });
  const verifier = createVerifier({
    issuers: ["auth-server"],
    audience: "m2",
    kind: "access",
    keys,
    cutoffs,
    clock: time.clock,
    maxLifetimeSeconds: 86_400,
  });

  /** What m2 makes of a token: its caller's name, or why it is refused. */
  async function show(token: string): Promise<string> {
    try {
      return (await verifier.verify(token)).name;
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error;
      return error.reason;
    }
  }

  const token = (changes: Json = {}) =>
    signToken(tokenKey, { ...accessClaims, iat: Math.floor(time.clock() / 1_000), exp: now + 3_000, ...changes });

  return {
    time,
    keys,
    published,
    cutoffs,
    feed,
    verifier,
    told,
    show,
    token,
    take: async (data: string) => cutoffs.take(envelopeEvent(data)),
    takeCertificate: async (data: string) => cutoffs.take(certificateEvent(data)),
    /** Certificate and snapshot, as a connection begins. */
    async begin() {
      cutoffs.connect();
      await cutoffs.take(certificateEvent(feed.certificate()));
      return cutoffs.take(envelopeEvent(feed.snapshot()));
    },
  };
}
