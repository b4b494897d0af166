import { generateKeyPairSync } from "node:crypto";
import type { CutoffsEnvelope, Generation } from "@meshpass/protocol";
import { nextHash } from "@meshpass/verifier/feed";
import t, { type Test } from "tap";
import { createFeed } from "../../src/cutoffs/feed.ts";
import { createFeedKey } from "../../src/cutoffs/feed-key.ts";
import { createFakeLog } from "./fake-log.ts";

function start(t: Test, log = createFakeLog()) {
  let now = 100;
  const time = { next: () => (now += 1) };
  const signed: CutoffsEnvelope[] = [];
  const key = createFeedKey(generateKeyPairSync("ed25519").privateKey);
  const sign = (envelope: CutoffsEnvelope): string => {
    signed.push(envelope);
    return key.sign(envelope);
  };
  let keysMark = "keys-1";
  const feed = createFeed({ cutLog: log, key: { ...key, sign }, time, keysMark: () => keysMark });
  const changeKeys = (): void => {
    keysMark = "keys-2";
    feed.tellKeysChanged();
  };
  t.teardown(() => feed.close());
  const receive = (from?: Generation, everyTicks = 4, service?: string) => {
    const events: { readonly name: string; readonly id: string | undefined; readonly data: string }[] = [];
    const state = { isOpen: true };
    const leave = feed.subscribe({
      service,
      from,
      everyTicks,
      send: (event) => events.push(parse(event)),
      end: () => {
        state.isOpen = false;
      },
    });
    const envelopes = () => events.filter(({ name }) => name === "envelope").map(({ data }) => payloadOf(data));
    return { events, state, leave, envelopes };
  };
  return { log, feed, receive, signed, changeKeys };
}

/** An event as it stands on the wire. */
function parse(event: string) {
  const fields = new Map(event.split("\n").flatMap((line) => [line.split(/: (.*)/) as [string, string]]));
  return { name: fields.get("event") ?? "", id: fields.get("id"), data: fields.get("data") ?? "" };
}

const payloadOf = (jws: string): CutoffsEnvelope =>
  JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString());

t.test("who comes gets the certificate, then a snapshot, then every cut at once", async (t) => {
  const { log, feed, receive } = start(t);
  log.append("caller m1");
  feed.certify("certificate-1");
  const { events, envelopes } = receive();
  t.match(events, [
    { name: "certificate", data: "certificate-1" },
    { name: "envelope", id: "7.1" },
  ]);
  const before = log.head().hash;
  log.append("edge m1 m3", "all");
  const [snapshot, delta] = envelopes();
  t.match(snapshot, { epoch: 7, head: 1, hash: before, cuts: [{ number: 1, ends: "caller m1" }], keys: "keys-1" });
  t.notOk(Object.hasOwn(snapshot ?? {}, "after"));
  const cuts = [
    { number: 2, ends: "edge m1 m3" },
    { number: 3, ends: "all" },
  ];
  t.match(delta, { aud: "meshpass:cutoffs", head: 3, after: 1, cuts });
  t.equal(delta?.hash, cuts.reduce(nextHash, before), "the running hash goes over every cut");
  t.equal(delta?.exp, (delta?.iat ?? 0) + 2);
});

t.test("who comes back gets what is missing, and a snapshot where that is not known", async (t) => {
  const { log, receive } = start(t);
  log.append("caller a", "caller b", "caller c", "caller d");
  for (const [from, first] of [
    [
      { epoch: 7, number: 3 },
      { after: 3, cuts: [{ number: 4, ends: "caller d" }] },
    ],
    [
      { epoch: 7, number: 4 },
      { after: 4, cuts: [] },
    ],
    [
      { epoch: 7, number: 0 },
      { after: undefined, cuts: { length: 4 } },
    ],
    [
      { epoch: 6, number: 3 },
      { after: undefined, cuts: { length: 4 } },
    ],
    [
      { epoch: 8, number: 3 },
      { after: undefined, cuts: { length: 4 } },
    ],
  ] as const)
    t.match(receive(from).envelopes(), [first], JSON.stringify(from));
});

t.test("who comes back to one place costs one signature, until the head or the time moves", async (t) => {
  const { log, feed, receive, signed } = start(t);
  log.append("caller a", "caller b", "caller c");
  const costs = (work: () => void): number => {
    const { length } = signed;
    work();
    return signed.length - length;
  };
  const from = (number: number) => receive({ epoch: 7, number }).envelopes()[0];
  t.equal(
    costs(() => t.strictSame(from(1), from(1))),
    1,
  );
  t.equal(
    costs(() => t.match(from(2), { after: 2, head: 3 })),
    1,
    "another place is another envelope",
  );
  log.append("caller d");
  t.equal(
    costs(() => t.match([from(2), from(2)], [{ after: 2, head: 4 }, {}])),
    1,
  );
  feed.tick();
  feed.tick();
  t.equal(
    costs(() => t.match(from(2), { after: 2, head: 4 })),
    1,
    "an old one is no news",
  );
});

t.test("who comes back from very many places, or from far away, has the snapshot, which is one for all", async (t) => {
  const log = createFakeLog(7, 20_000);
  const { receive, signed, feed } = start(t, log);
  log.append(...Array.from({ length: 10_000 }, (_, index) => `caller c${index}`));
  const from = (number: number) => receive({ epoch: 7, number }).envelopes()[0]?.after;
  t.strictSame([from(0), from(1)], [0, 1]);
  const { length } = signed;
  t.strictSame([from(2), from(3), from(0), from(9_999)], [undefined, undefined, 0, 9_999]);
  t.equal(signed.length, length + 2, "the snapshot, and one that is short");
  feed.tellKeysChanged();
  const before = signed.length;
  for (let place = 9_900; place < 10_000; place++) from(place);
  t.equal(signed.length, before + 64 + 1);
  t.strictSame([from(9_963), from(9_964)], [9_963, undefined]);
  feed.tellKeysChanged();
  t.equal(from(9_964), 9_964, "a moment later there is time again");
});

t.test("heartbeats come at the pace that was asked for, and each is signed once for all", async (t) => {
  const { feed, receive, signed } = start(t);
  const usual = Array.from({ length: 5 }, () => receive());
  const close = receive(undefined, 1);
  const signedBefore = signed.length;
  t.equal(signedBefore, 1, "one snapshot for all who come between two ticks");
  for (let tick = 0; tick < 8; tick++) feed.tick();
  for (const { envelopes } of usual) t.equal(envelopes().length, 1 + 2);
  t.equal(close.envelopes().length, 1 + 8);
  t.equal(signed.length - signedBefore, 8);
  t.match(close.envelopes().at(-1), { head: 0, after: 0, cuts: [] });
  const times = close.envelopes().map(({ iat }) => iat);
  t.strictSame(
    times,
    [...new Set(times)].sort((a, b) => a - b),
    "each later than the one before",
  );
});

t.test("nothing is signed while nobody listens", async (t) => {
  const { log, feed, receive, signed } = start(t);
  log.append("all");
  feed.tick();
  receive().leave();
  signed.length = 0;
  log.append("all");
  for (let tick = 0; tick < 4; tick++) feed.tick();
  t.equal(signed.length, 0);
});

t.test("a new epoch ends every stream, since it begins with a snapshot", async (t) => {
  const { log, receive } = start(t);
  const { state, envelopes } = receive();
  log.startEpoch(9);
  t.notOk(state.isOpen);
  t.equal(envelopes().length, 1);
  t.match(receive({ epoch: 7, number: 0 }).envelopes(), [{ epoch: 9, head: 0 }]);
});

t.test("the streams of one service can be ended, and nobody else's", async (t) => {
  const { log, feed, receive } = start(t);
  const opened = ["m1", "m2", undefined, "m1"].map((service) => receive(undefined, 4, service));
  feed.endStreamsOf("m1");
  feed.endStreamsOf("m3");
  t.strictSame(
    opened.map(({ state }) => state.isOpen),
    [false, true, true, false],
  );
  log.append("all");
  t.strictSame(
    opened.map(({ envelopes }) => envelopes().length),
    [1, 2, 2, 1],
    "what has ended is sent nothing",
  );
});

t.test("a new certificate is shown at once to everybody, and to who asks once", async (t) => {
  const { feed, receive } = start(t);
  t.equal(feed.answer(), undefined, "an envelope that nobody can check is no answer");
  feed.certify("certificate-1");
  const { events } = receive();
  feed.certify("certificate-2");
  t.match(events.at(-1), { name: "certificate", data: "certificate-2" });
  t.equal(feed.answer()?.certificate, "certificate-2");
  t.match(payloadOf(feed.answer()?.envelope ?? ""), { epoch: 7, head: 0, cuts: [] });
});

t.test("it lets go of log and receivers when it is closed", async (t) => {
  const { log, feed, receive } = start(t);
  const { state } = receive();
  feed.close();
  t.notOk(state.isOpen);
  t.equal(log.listeners.size, 0);
  t.notOk(receive().state.isOpen, "nor does it take up one that was on its way");
});

t.test("who listens learns at once that the published keys have changed, and who comes then as well", async (t) => {
  const { receive, feed, changeKeys } = start(t);
  feed.answer();
  const { envelopes } = receive();
  changeKeys();
  t.match(envelopes(), [{ keys: "keys-1" }, { keys: "keys-2", after: 0, cuts: [] }]);
  t.match(receive().envelopes(), [{ keys: "keys-2" }]);
});
