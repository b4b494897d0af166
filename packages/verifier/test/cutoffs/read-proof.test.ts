import t from "tap";
import { type Refusal, readProof } from "../../src/index.ts";
import { createOtherKey, createSigningKey, now } from "../fake-issuer.ts";
import { jwksOf, startKeys } from "../start-keys.ts";
import { coreKey, FakeFeed } from "./fake-feed.ts";

const yearsAgo = (now - 100_000_000) * 1_000;
const second = 1_000;

/** What a receiver kept of a feed of two cuts, signed at `signedAt` (ms) under a certificate that was made at `certifiedAt`. */
function keep(certifiedAt: number, signedAt = certifiedAt) {
  const time = { now: certifiedAt };
  const feed = new FakeFeed(() => time.now);
  const certificate = feed.certificate();
  time.now = signedAt;
  feed.add("all");
  feed.add("caller m1");
  return { feed, certificate, envelope: feed.delta(2) };
}

const refusal = (reason: Refusal, message = "") => ({ name: "VerifierError", reason, message: new RegExp(message) });

t.test("what was signed under a certificate of its time proves a place, however long ago that was", async (t) => {
  const { keys } = startKeys(t, jwksOf(coreKey));
  const place = { epoch: 1, number: 2, hash: keep(yearsAgo).feed.hashAt(2) };
  t.strictSame(await readProof(keep(now * second), keys), place);
  t.strictSame(await readProof(keep(yearsAgo), keys), place);
  t.strictSame(await readProof(keep(yearsAgo, yearsAgo + 86_000_000), keys), place);
});

t.test("what was signed outside the time of its certificate proves nothing, nor what names no time", async (t) => {
  const { keys } = startKeys(t, jwksOf(coreKey));
  const late = keep(yearsAgo, yearsAgo + 86_406_000);
  await t.rejects(readProof(late, keys), refusal("feed_certificate_refused", "expired"));
  const early = keep(yearsAgo, yearsAgo - 7_000);
  await t.rejects(readProof(early, keys), refusal("feed_certificate_refused", "issued_in_future"));
  const { feed, certificate } = keep(yearsAgo);
  for (const iat of [undefined, null, "1", 1e300])
    await t.rejects(readProof({ certificate, envelope: feed.delta(2, { iat }) }, keys), { name: "VerifierError" });
  for (const envelope of ["", "a.b.c", "e30.e30.", `${feed.delta(2).slice(0, -6)}AAAAAA`])
    await t.rejects(readProof({ certificate, envelope }, keys), { name: "VerifierError" });
});

t.test("a certificate of a key that is not published, or is another's, proves nothing at any time", async (t) => {
  const { keys } = startKeys(t, jwksOf(createSigningKey("s-other")));
  await t.rejects(readProof(keep(yearsAgo), keys), refusal("feed_certificate_refused", "unknown_kid"));
  const forged = startKeys(t, jwksOf(createOtherKey(coreKey))).keys;
  await t.rejects(readProof(keep(yearsAgo), forged), refusal("feed_certificate_refused", "bad_signature"));
});
