import { endings } from "@meshpass/protocol";
import t from "tap";
import { type Refusal, VerifierError } from "../../src/index.ts";
import { createSigningKey, encode, type Json, now } from "../fake-issuer.ts";
import { certify, createFeedKey, envelopeHeader, type FakeFeed, signEnvelope } from "./fake-feed.ts";
import { startCutoffs, tokenKey } from "./start-cutoffs.ts";
import { startFollowing } from "./start-following.ts";

/** What stands after a certificate, a snapshot and a cut of m3: one event that must change nothing. */
type Hostile = readonly [reason: Refusal, make: (feed: FakeFeed) => string, type?: "certificate"];

const stranger = createFeedKey();
const otherCore = createSigningKey("s-core");

const encoded = (envelope: string, at: number) => envelope.split(".")[at] as string;
const withHeader = (feed: FakeFeed, changes: Json) =>
  signEnvelope(feed.key, feed.payload({ after: 1, cuts: [] }), { ...envelopeHeader(feed.key), ...changes });
const madeLater = (feed: FakeFeed, seconds: number) => ({
  iat: feed.lastIat + seconds,
  exp: feed.lastIat + seconds + 2,
});

const envelopes: Readonly<Record<string, Hostile>> = {
  "replayed: an envelope that was taken already": ["envelope_replayed", (feed) => feed.last],
  "replayed: an older envelope that was never seen": [
    "envelope_replayed",
    (feed) => feed.delta(1, { iat: feed.lastIat - 0.5, exp: feed.lastIat + 1 }),
  ],
  "reordered: the later of two deltas first": [
    "feed_gap",
    (feed) => {
      feed.add(endings.caller("m7"));
      return feed.cut(endings.caller("m8"));
    },
  ],
  "truncated: a delta without its last cut": [
    "envelope_malformed",
    (feed) => {
      feed.add(endings.caller("m7"));
      return feed.delta(1, { cuts: [] });
    },
  ],
  "truncated: a delta without its first cut": [
    "envelope_malformed",
    (feed) => {
      feed.add(endings.caller("m7"));
      feed.add(endings.caller("m8"));
      return feed.delta(1, { cuts: feed.cuts.slice(2) });
    },
  ],
  "reordered: the cuts of a delta": [
    "envelope_malformed",
    (feed) => {
      const cuts = [feed.add(endings.caller("m7")), feed.add(endings.caller("m8"))].reverse();
      return feed.delta(1, { cuts });
    },
  ],
  "truncated: an envelope without its end": [
    "envelope_bad_signature",
    (feed) => feed.cut(endings.caller("m1")).slice(0, -2),
  ],
  "forged: signed by a key that nobody certified": [
    "envelope_wrong_key",
    (feed) => signEnvelope(stranger, feed.payload({ after: 1, cuts: [] })),
  ],
  "forged: signed by another key under the right kid": [
    "envelope_bad_signature",
    (feed) => signEnvelope(stranger, feed.payload({ after: 1, cuts: [] }), envelopeHeader(feed.key)),
  ],
  "forged: another payload under a good signature": [
    "envelope_bad_signature",
    (feed) => {
      const good = feed.delta();
      return [encoded(good, 0), encode(feed.payload({ after: 1, cuts: [] })), encoded(good, 2)].join(".");
    },
  ],
  "forged: not signed at all": ["envelope_malformed", (feed) => `${feed.delta().split(".").slice(0, 2).join(".")}.`],
  "a fork: the same head with another hash": ["feed_forked", (feed) => feed.delta(1, { hash: feed.hashAt(0) })],
  "a fork: a snapshot of the same head with another hash": [
    "feed_forked",
    (feed) => feed.snapshot({ hash: feed.hashAt(0), cuts: [] }),
  ],
  "a fork: another history before the new cut": [
    "feed_forked",
    (feed) => {
      feed.cuts[0] = { number: 1, ends: endings.caller("m4") };
      return feed.cut(endings.caller("m8"));
    },
  ],
  "a gap: a delta that begins beyond what was read": ["feed_gap", (feed) => feed.delta(5, { head: 5 })],
  "a gap: a delta in a new epoch": ["feed_gap", (feed) => feed.delta(1, { epoch: 2 })],
  "an epoch that goes back": ["feed_went_back", (feed) => feed.snapshot({ epoch: 0 })],
  "too old": ["envelope_expired", (feed) => feed.snapshot(madeLater(feed, -7.5))],
  "of the future": ["envelope_from_future", (feed) => feed.delta(1, madeLater(feed, 5.5))],
  "one that lives too long": ["envelope_malformed", (feed) => feed.delta(1, { exp: feed.lastIat + 60 })],
  "huge: more than 4 MiB": ["feed_too_large", () => "A".repeat(4_194_305)],
  "no JWS": ["envelope_malformed", () => "AAAA"],
  "empty parts": ["envelope_malformed", () => ".."],
  "a header with one more name": ["envelope_malformed", (feed) => withHeader(feed, { crit: ["b64"], b64: false })],
  "a header of another type": ["envelope_malformed", (feed) => withHeader(feed, { typ: "JWT" })],
  "a header of another algorithm": ["envelope_malformed", (feed) => withHeader(feed, { alg: "none" })],
  "a header that is large": [
    "envelope_malformed",
    (feed) => {
      const header = JSON.stringify(envelopeHeader(feed.key)).replace("{", `{${" ".repeat(600)}`);
      return signEnvelope(feed.key, feed.payload({ after: 1, cuts: [] }), header);
    },
  ],
  "another spelling of the signature": ["envelope_malformed", (feed) => `${feed.delta()}=`],
  "a payload that says a name twice": [
    "envelope_malformed",
    (feed) => signEnvelope(feed.key, JSON.stringify(feed.payload({ after: 1, cuts: [] })).replace("{", '{"head":0,')),
  ],
  ...Object.fromEntries(
    Object.entries({
      "without cuts": { cuts: undefined },
      "without hash": { hash: undefined },
      "with one more name": { more: 1 },
      "with an audience of tokens": { aud: "m2" },
      "with cuts that are none": { cuts: { length: 0 } },
      "with a head that is a text": { head: "1" },
      "with an epoch below 0": { epoch: -1 },
      "with an epoch that is no whole number": { epoch: 1.5 },
      "with a hash that is not canonical": { hash: `${"A".repeat(42)}B` },
      "with after above the head": { after: 2 },
      "with after null": { after: null },
      "with times that are texts": { iat: "1" },
      "with exp before iat": { exp: 1 },
      "with a keys text of a megabyte": { keys: "x".repeat(1_048_576) },
      "with keys that are none": { keys: 7 },
    }).map(([what, changes]): [string, Hostile] => [
      what,
      ["envelope_malformed", (feed) => feed.delta(1, { cuts: [], ...changes })],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      "a cut that is a text": ["all"],
      "a cut of nothing known": [{ number: 2, ends: "world" }],
      "a cut with more in it": [{ number: 2, ends: "all", until: 1 }],
      "a cut without a number": [{ ends: "all" }],
      "a cut numbered 0": [{ number: 0, ends: "all" }],
      "a cut above the head": [{ number: 3, ends: "all" }],
      "cuts that are not ascending": [
        { number: 2, ends: "all" },
        { number: 1, ends: "all" },
      ],
      "a cut twice": [
        { number: 2, ends: "all" },
        { number: 2, ends: "all" },
      ],
      "a cut that is null": [null],
    }).map(([what, cuts]): [string, Hostile] => [
      `a snapshot with ${what}`,
      ["envelope_malformed", (feed) => feed.snapshot({ head: 2, cuts })],
    ]),
  ),
};

const hostile: Readonly<Record<string, Hostile>> = {
  ...envelopes,
  "a certificate by a rotating key": [
    "feed_certificate_refused",
    (feed) => feed.certificate({}, tokenKey),
    "certificate",
  ],
  "the certificate of yesterday's key, after a renewal": [
    "feed_certificate_refused",
    () => certify(stranger, { iat: now - 50_000, exp: now + 30_000 }),
    "certificate",
  ],
};

for (const [what, [reason, make, type]] of Object.entries(hostile)) {
  t.test(`${what} changes nothing, and is reported`, async (t) => {
    const { time, feed, cutoffs, greet, deliver, failures, show, token, current } = await startFollowing(t);
    await greet();
    await deliver(feed.cut(endings.caller("m3")));
    await time.advance(0.5);
    const remembered = token();
    t.same([await show(remembered), await show(token({ sub: "m3" }))], ["m1", "cut"]);
    const [before, version] = [cutoffs.status(), cutoffs.version()];
    await deliver(make(feed), type);
    t.same(failures, [reason]);
    t.match(cutoffs.status(), before, "neither what is known nor its age");
    t.equal(cutoffs.version(), version);
    t.same([await show(remembered), await show(token({ sub: "m3", nonce: 1 }))], ["m1", "cut"]);
    t.ok(current().signal.aborted, "the connection is dropped");
  });
}

const certificates: Readonly<Record<string, readonly [detail: Refusal, text: string]>> = {
  "by a rotating key": ["wrong_key_family", certify(stranger, {}, tokenKey)],
  "by another core's key": ["bad_signature", certify(stranger, {}, otherCore)],
  "by a key that nobody published": ["unknown_kid", certify(stranger, {}, { ...otherCore, kid: "s-other" })],
  "that has expired": ["expired", certify(stranger, { iat: now - 90_000, exp: now - 3_600 })],
  "of the future": ["issued_in_future", certify(stranger, { iat: now + 60 })],
  "for another audience": ["wrong_audience", certify(stranger, { aud: "m2" })],
  "of another kind": ["wrong_kind", certify(stranger, { token_use: "credential" })],
  "of a service": ["wrong_subject", certify(stranger, { sub: "m1" })],
  "of another issuer": ["wrong_issuer", certify(stranger, { iss: "https://auth.example" })],
  "that lives for more than a day": ["lives_too_long", certify(stranger, { exp: now + 90_000 })],
  "without a jti": ["wrong_jti", certify(stranger, { jti: undefined })],
  "without a key": ["wrong_feed_key", certify(stranger, { feed_key: undefined })],
  "with a key in another spelling": ["wrong_feed_key", certify(stranger, { feed_key: `${"A".repeat(42)}B` })],
  "with a key that is too short": ["wrong_feed_key", certify(stranger, { feed_key: "AAAA" })],
  "that is huge": ["too_long", "A".repeat(9_000)],
};

for (const [what, [detail, text]] of Object.entries(certificates)) {
  t.test(`a certificate ${what} is refused as the first one too, and certifies nothing`, async (t) => {
    const { take, takeCertificate, feed, cutoffs } = await startCutoffs(t);
    cutoffs.connect();
    const message = `The certificate of the feed's key was refused. (${detail})`;
    await t.rejects(takeCertificate(text), { name: "VerifierError", reason: "feed_certificate_refused", message });
    const envelope = signEnvelope(stranger, feed.payload({ cuts: [] }));
    await t.rejects(take(envelope), { name: "VerifierError", reason: "feed_uncertified" });
    t.notOk(cutoffs.ready());
  });
}

t.test("a feed that was refused is read again on a new connection, from the last good place", async (t) => {
  const { time, feed, cutoffs, greet, deliver, connections, current } = await startFollowing(t);
  await greet();
  await deliver(feed.cut(endings.caller("m3")));
  await deliver(signEnvelope(stranger, feed.payload({ cuts: [] })));
  await time.advance(0.1);
  t.equal(connections.length, 2);
  t.same(current().resumesFrom, { epoch: 1, number: 1 });
  await greet();
  await deliver(feed.cut(endings.caller("m4")));
  t.match(cutoffs.status(), { head: 2, condition: "live" });
});

t.test("after a gap a snapshot is asked for", async (t) => {
  const { time, feed, cutoffs, greet, deliver, current, failures } = await startFollowing(t);
  await greet();
  feed.add(endings.caller("m3"));
  await deliver(feed.cut(endings.caller("m4")));
  t.same(failures, ["feed_gap"]);
  await time.advance(0.1);
  t.equal(current().resumesFrom, undefined);
  await greet();
  t.match(cutoffs.status(), { head: 2, cuts: 2 });
});

t.test("a delta, or any envelope, before the first certificate or snapshot is refused", async (t) => {
  const { feed, deliver, failures, send, time, cutoffs } = await startFollowing(t);
  await deliver(feed.snapshot());
  t.same(failures, ["feed_uncertified"]);
  await time.advance(0.1);
  send("certificate", feed.certificate());
  await deliver(feed.delta());
  t.same(failures, ["feed_uncertified", "feed_gap"]);
  t.notOk(cutoffs.ready());
});

t.test("a certificate counts for its own connection alone", async (t) => {
  const { feed, greet, deliver, failures, time, current } = await startFollowing(t);
  await greet();
  current().end();
  await time.advance(0.1);
  await deliver(feed.delta());
  t.same(failures, ["feed_ended", "feed_uncertified"]);
});

t.test("an envelope is refused once its certificate has expired or the core's key is withdrawn", async (t) => {
  const { take, takeCertificate, feed, cutoffs, time, keys, published } = await startCutoffs(t);
  cutoffs.connect();
  await takeCertificate(feed.certificate({ exp: now + 10 }));
  await take(feed.snapshot());
  await time.advance(14.9);
  t.equal(await take(feed.delta()), "envelope", "within the tolerance");
  await time.advance(0.2);
  await t.rejects(take(feed.delta()), { name: "VerifierError", reason: "feed_uncertified" });
  await takeCertificate(feed.certificate());
  await take(feed.delta());
  published.keys.shift();
  await keys.refresh();
  await t.rejects(take(feed.delta()), { name: "VerifierError", reason: "feed_uncertified" });
});

t.test(
  "a renewed certificate is taken, for the same key or another, and then the old key's envelopes are refused",
  async (t) => {
    const { take, takeCertificate, feed, begin, time } = await startCutoffs(t);
    await begin();
    await time.advance(1);
    await takeCertificate(feed.certificate());
    t.equal(await take(feed.delta()), "envelope");
    await time.advance(1);
    const old = feed.delta();
    await takeCertificate(certify(stranger, { iat: now + 2 }));
    await t.rejects(take(old), { name: "VerifierError", reason: "envelope_wrong_key" });
    t.equal(await take(signEnvelope(stranger, feed.payload({ after: 0, cuts: [] }))), "envelope");
  },
);

/** `text` with the lowest bit of one character changed. */
function flipBit(text: string, at: number): string {
  const bytes = Buffer.from(text, "latin1");
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes.toString("latin1");
}

t.test("an envelope with one bit flipped, anywhere, is refused", async (t) => {
  const { take, feed, begin, cutoffs } = await startCutoffs(t);
  await begin();
  const good = feed.cut(endings.caller("m3"));
  const taken: number[] = [];
  for (let at = 0; at < good.length; at += 1) {
    const result = await take(flipBit(good, at)).catch((error) => error);
    if (!(result instanceof VerifierError)) taken.push(at);
  }
  t.same(taken, []);
  t.match(cutoffs.status(), { head: 0, cuts: 0 });
  t.equal(await take(good), "envelope");
});

t.test("a certificate with one bit flipped, anywhere, is refused", async (t) => {
  const { takeCertificate, feed } = await startCutoffs(t);
  const good = feed.certificate();
  const taken: number[] = [];
  for (let at = 0; at < good.length; at += 1) {
    const result = await takeCertificate(flipBit(good, at)).catch((error) => error);
    if (!(result instanceof VerifierError)) taken.push(at);
  }
  t.same(taken, []);
  t.equal(await takeCertificate(good), "certificate");
});
