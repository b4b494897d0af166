import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { CutoffsEnvelope } from "@meshpass/protocol";
import t, { type Test } from "tap";
import { inTime } from "../../in-time.ts";
import { mapOf, startServer } from "../../start-server.ts";
import { until } from "../../until.ts";

const server = await startServer(t);
await server.isReady();
const { issue, operate } = server;
const origin = await server.app.listen({ host: "127.0.0.1", port: 0 });
const credential = (await issue("m1")).token;

const payloadOf = (jws: string): CutoffsEnvelope =>
  JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString());

/** A stream of the service whose credential is `token`, under the name `instance`. */
const openAs = (t: Test, instance: string, token = credential) =>
  open(t, { authorization: `Bearer ${token}` }, `/cutoffs?instance=${instance}`);

/** A receiver's connection, and the envelopes that have come on it. */
async function open(t: Test, headers: Record<string, string> = {}, path = "/cutoffs") {
  const outgoing = request(`${origin}${path}`, { headers: { accept: "text/event-stream", ...headers } });
  outgoing.on("error", () => undefined).end();
  t.teardown(() => outgoing.destroy());
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const state = { text: "", isOver: false };
  answer.setEncoding("utf8").on("data", (piece) => {
    state.text += piece;
  });
  answer
    .on("error", () => undefined)
    .on("close", () => {
      state.isOver = true;
    });
  const envelopes = () =>
    [...state.text.matchAll(/^event: envelope\ndata: (.+)\n\n/gm)].map(([, data]) => payloadOf(data as string));
  return { answer, outgoing, state, envelopes };
}

const confirm = (body: object | string, token: string | undefined = credential) =>
  server.app.inject({
    method: "POST",
    url: "/cutoffs/confirmations",
    headers: { "content-type": "application/json", ...(token === "" ? {} : { authorization: `Bearer ${token}` }) },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
const confirmation = { instance: "i-1", version: "0.1.0", epoch: 1, head: 1, kids: [], keysAgeSeconds: 0, now: 1 };

t.test("a stream is server-sent events that no proxy may keep, and is never counted as a slow request", async (t) => {
  const { answer, envelopes } = await open(t);
  t.match(answer.headers, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  await until(() => envelopes().length >= 3, 5_000);
  const [first, second] = envelopes();
  t.notOk(Object.hasOwn(first ?? {}, "after"), "a snapshot first");
  t.match(second, { after: first?.head, cuts: [] });
});

t.test("a service that asks for the close pace gets it, and a cut comes at once to everybody", async (t) => {
  const authorization = `Bearer ${credential}`;
  const usual = await open(t, {}, "/cutoffs?every=250");
  const close = await open(t, { authorization }, "/cutoffs?every=250");
  const odd = await open(t, { authorization }, "/cutoffs?every=1");
  await until(() => close.envelopes().length >= 6, 5_000);
  t.ok(usual.envelopes().length < 4, "without a credential it is for nobody");
  t.ok(odd.envelopes().length < 4, "nobody can ask for more than there is");
  const { ms } = await inTime(1_000, async () => {
    const { number } = (await operate("POST", "/cuts", { target: "m3" })).json();
    await until(() => [usual, close].every(({ envelopes }) => envelopes().at(-1)?.head === number));
  });
  t.ok(ms < 1_000, `mostly within a few ms: ${ms}`);
});

t.test("who comes back with the last event's id gets what it has missed, and nothing twice", async (t) => {
  const { epoch, number } = (await operate("POST", "/cuts", { target: "m1" })).json();
  await operate("POST", "/cuts", { target: "m2" });
  const { envelopes } = await open(t, { "last-event-id": `${epoch}.${number}` });
  await until(() => envelopes().length > 0);
  t.match(envelopes()[0], { after: number, head: number + 1, cuts: [{ number: number + 1, ends: "target m2" }] });
});

t.test("a receiver that goes away is forgotten", async (t) => {
  const { outgoing } = await open(t);
  const snapshots = await open(t, { "last-event-id": "nonsense" });
  await until(() => snapshots.envelopes().length > 0);
  outgoing.destroy();
  const { text } = snapshots.state;
  await operate("POST", "/cuts", { target: "m1" });
  await until(() => snapshots.state.text.length > text.length);
  t.pass("and the others go on");
});

t.test("anybody may read once, without a stream, and HEAD does not open one", async (t) => {
  const once = await server.app.inject("/cutoffs");
  t.equal(once.statusCode, 200);
  t.match(once.json(), { certificate: /^eyJ/, envelope: /^eyJ/ });
  t.strictSame(Object.keys(once.json()), ["certificate", "envelope"]);
  t.equal((await server.app.inject({ method: "HEAD", url: "/cutoffs" })).statusCode, 405);
});

t.test("a confirmation counts only with the credential of a service, and only for that one", async (t) => {
  await openAs(t, "i-1");
  t.equal((await confirm(confirmation)).statusCode, 204);
  t.match((await operate("GET", "/receivers")).json(), { receivers: [{ service: "m1", instance: "i-1", live: true }] });
  t.equal((await confirm({ ...confirmation, instance: "i-2" }, "")).json().error, "missing_token");
  t.equal((await confirm({ ...confirmation, instance: "i-2" }, "nonsense")).json().error, "invalid_credential");
  const { accessToken } = (await server.ask(credential, { target: "m2" })).json();
  t.equal((await confirm({ ...confirmation, instance: "i-2" }, accessToken)).json().error, "invalid_credential");
  t.equal((await operate("GET", "/receivers")).json().receivers.length, 1);
});

t.test(
  "a receiver whose credential has ended may still say that it has read so; nobody else may with it",
  async (t) => {
    const { token } = await issue("m2");
    await openAs(t, "i-3", token);
    await openAs(t, "i-4", token);
    t.equal((await confirm({ ...confirmation, instance: "i-3" }, token)).statusCode, 204);
    await operate("POST", "/cuts", { service: "m2" });
    t.equal((await confirm({ ...confirmation, instance: "i-3", head: 9 }, token)).statusCode, 204);
    t.match((await operate("GET", "/receivers")).json().receivers.at(-1), { service: "m2", instance: "i-3", head: 9 });
    t.equal((await confirm({ ...confirmation, instance: "i-4" }, token)).json().error, "invalid_credential");
    const goodbye = await confirm({ ...confirmation, instance: "i-3", leaving: true }, token);
    t.equal(goodbye.json().error, "invalid_credential", "but not that it is gone");
    t.match((await operate("GET", "/receivers")).json().receivers.at(-1), { instance: "i-3" });
    t.equal((await confirm({ ...confirmation, instance: "i-3" }, token)).statusCode, 204);
    await operate("DELETE", "/receivers/m2/i-3");
    t.equal((await confirm({ ...confirmation, instance: "i-3" }, token)).json().error, "invalid_credential");
  },
);

t.test("a place that the feed has not reached is refused, unless it comes with a proof or a goodbye", async (t) => {
  await openAs(t, "i-10");
  const { epoch, number } = (await operate("POST", "/cuts", { target: "m3" })).json();
  const said = (body: object) => confirm({ ...confirmation, instance: "i-10", epoch, head: number, ...body });
  const place = async () => {
    const { receivers } = (await operate("GET", "/receivers")).json();
    const found = receivers.find(({ instance }: { instance: string }) => instance === "i-10");
    return found && [found.epoch, found.head];
  };
  t.equal((await said({})).statusCode, 204);
  for (const ahead of [{ head: number + 1 }, { epoch: epoch + 1 }, { epoch: epoch + 1, head: 0 }])
    t.equal((await said(ahead)).json().error, "invalid_request", JSON.stringify(ahead));
  t.strictSame(await place(), [epoch, number], "and what was known before stands");
  const proof = { certificate: "c", envelope: "e" };
  t.equal((await said({ head: number + 1, ahead: proof })).statusCode, 204);
  t.strictSame(await place(), [epoch, number + 1], "the operator is told that it is ahead");
  t.equal((await said({ head: number + 2, leaving: true })).statusCode, 204);
  t.equal(await place(), undefined);
});

t.test("of the keys that a receiver names those are kept that are published, once each", async (t) => {
  const published = (await server.app.inject("/auth/jwt/jwks.json")).json().keys.map(({ kid }: { kid: string }) => kid);
  await openAs(t, "i-6");
  const made = Array.from({ length: 90 }, (_, nth) => `${nth}-`.padEnd(128, "x"));
  const kids = [...published, ...made, ...published];
  t.equal((await confirm({ ...confirmation, instance: "i-6", kids })).statusCode, 204);
  const { receivers } = (await operate("GET", "/receivers")).json();
  t.strictSame(receivers.find(({ instance }: { instance: string }) => instance === "i-6").kids, published);
  t.ok(published.length > 0);
});

t.test("nothing of a confirmation is read before its credential is known to be good", async (t) => {
  t.equal((await confirm([], "")).json().error, "missing_token");
  t.equal((await confirm([], "nonsense")).json().error, "invalid_credential");
  const huge = { ...confirmation, version: "x".repeat(20_000) };
  t.equal((await confirm(huge, "nonsense")).json().error, "invalid_credential");
  t.equal((await confirm(huge)).json().error, "payload_too_large");
  const deep = `${"[".repeat(8_000)}${"]".repeat(8_000)}`;
  for (const field of ["kids", "ahead", "epoch"]) {
    const text = JSON.stringify({ ...confirmation, [field]: "deep" }).replace('"deep"', deep);
    t.equal((await confirm(text)).json().error, "invalid_request", field);
  }
});

t.test("the largest confirmation that there can be is no too large one, and a larger proof is none", async (t) => {
  const name = "i".repeat(64);
  await openAs(t, name);
  const proof = (length: number) => ({ certificate: "c".repeat(length - 9), envelope: "e".repeat(9) });
  const largest = {
    instance: name,
    version: "9".repeat(64),
    epoch: Number.MAX_SAFE_INTEGER,
    head: Number.MAX_SAFE_INTEGER,
    kids: Array.from({ length: 100 }, () => "d".repeat(128)),
    keysAgeSeconds: 123_456_789.123_456_7,
    now: Number.MAX_SAFE_INTEGER,
    leaving: true,
  };
  t.equal((await confirm({ ...largest, ahead: proof(2_560) })).statusCode, 204);
  t.equal((await confirm({ ...largest, kids: [], ahead: proof(2_561) })).json().error, "invalid_request");
});

t.test("an instance is listed only while it has a stream, under its own name and of its own service", async (t) => {
  const other = (await issue("m3")).token;
  const unlisted = async (token: string) => (await confirm({ ...confirmation, instance: "i-9" }, token)).json();
  const list = async () => (await operate("GET", "/receivers")).json().receivers;
  const before = (await list()).length;
  await open(t, {}, "/cutoffs?instance=i-9");
  await openAs(t, "i-9", "nonsense");
  await openAs(t, "i-8", other);
  for (const token of [credential, other]) t.match(await unlisted(token), { error: "unknown_receiver" });
  const { outgoing } = await openAs(t, "i-9", other);
  t.match(await unlisted(credential), { error: "unknown_receiver" }, "what another service calls its own is not mine");
  t.equal((await confirm({ ...confirmation, instance: "i-9" }, other)).statusCode, 204);
  outgoing.destroy();
  t.equal((await confirm({ ...confirmation, instance: "i-9" }, other)).statusCode, 204, "a moment after it ended, too");
  t.equal((await list()).length, before + 1);
});

t.test("a credential that is no good opens a stream all the same, as anybody has one", async (t) => {
  const { token, jti } = await issue("m3");
  await operate("DELETE", `/credentials/${jti}`);
  const wrong = ["nonsense", "", "a.b.c", token, `${credential}A`, "x".repeat(9_000)];
  for (const text of wrong) {
    const { answer } = await open(t, { authorization: `Bearer ${text}` }, "/cutoffs?instance=i-7");
    t.equal(answer.statusCode, 200, text.slice(0, 10));
  }
  t.equal((await open(t, { authorization: "Basic eDp5" })).answer.statusCode, 200);
  for (const instance of ["", "a%20b", "x".repeat(65), "a&instance=b"])
    t.equal((await openAs(t, instance)).answer.statusCode, 200, "a name that is none is not noted");
});

t.test("with a credential that ends the streams of its service end, after what was cut was sent on them", async (t) => {
  const { token, jti } = await issue("m3");
  const other = await issue("m3");
  const ended = await Promise.all([openAs(t, "i-1", token), openAs(t, "i-2", other.token)]);
  const others = await Promise.all([openAs(t, "i-1"), open(t)]);
  const { number } = (await operate("DELETE", `/credentials/${jti}`)).json();
  await until(() => ended.every(({ state }) => state.isOver));
  for (const { envelopes } of ended) t.match(envelopes().at(-1), { head: number, cuts: [{ ends: "caller m3" }] });
  const back = await openAs(t, "i-2", other.token);
  await operate("DELETE", `/credentials/${other.jti}?keepTokens=true`);
  await until(() => back.state.isOver);
  t.notOk(others.some(({ state }) => state.isOver));
});

t.test("metrics tell how many streams there are, and for how many there was no place", async (t) => {
  const read = async () => (await server.metricsApp.inject("/metrics")).body;
  await until(async () => (await read()).includes('meshpass_cutoffs_streams{of="anonymous"} 0'));
  const opened = await Promise.all(Array.from({ length: 33 }, () => open(t)));
  t.equal(opened.filter(({ answer }) => answer.statusCode === 503).length, 1);
  t.match(await read(), /^meshpass_cutoffs_streams\{of="anonymous"\} 32$/m);
  t.match(await read(), /^meshpass_cutoffs_streams_refused_total\{limit="address"\} [1-9]/m);
  const { outgoing } = await openAs(t, "i-1");
  t.match(await read(), /^meshpass_cutoffs_streams\{of="services"\} [1-9]/m);
  outgoing.destroy();
});

t.test("a receiver that is gone for good can be forgotten, and is there again if it was not", async (t) => {
  const count = async () => (await operate("GET", "/receivers")).json().receivers.length;
  const before = await count();
  await openAs(t, "i-5");
  await confirm({ ...confirmation, instance: "i-5" });
  t.equal((await operate("DELETE", "/receivers/m1/i-5")).statusCode, 200);
  t.equal((await operate("DELETE", "/receivers/m1/i-5")).json().error, "unknown_receiver");
  t.equal(await count(), before);
  await confirm({ ...confirmation, instance: "i-5" });
  t.equal(await count(), before + 1);
});

t.test("a confirmation that is not one is 400, whatever is wrong with it", async (t) => {
  for (const wrong of [
    { instance: "" },
    { instance: "x".repeat(65) },
    { instance: "a b" },
    { version: 1 },
    { epoch: -1 },
    { head: 1.5 },
    { head: null },
    { kids: "d-1" },
    { kids: Array.from({ length: 101 }, () => "d-1") },
    { kids: ["d 1"] },
    { keysAgeSeconds: "1" },
    { keysAgeSeconds: -1 },
    { now: "1" },
    { leaving: false },
    { ahead: "x" },
    { ahead: { certificate: "x" } },
    { ahead: { certificate: "x", envelope: 1 } },
    { service: "m2" },
  ])
    t.equal((await confirm({ ...confirmation, ...wrong })).statusCode, 400, JSON.stringify(wrong).slice(0, 60));
  t.equal((await confirm([])).statusCode, 400);
});

t.test("a map that takes a service out ends its streams, with what it cuts sent on them", async (t) => {
  const { token } = await issue("m3");
  const [m3, m1] = await Promise.all([openAs(t, "i-1", token), openAs(t, "i-1")]);
  server.saveMap(mapOf("  m1: [m1, m2]", "  m2: [m1, m2]"));
  await until(() => m3.state.isOver);
  const texts = m3.envelopes().flatMap(({ cuts }) => cuts.map(({ ends }) => ends));
  t.ok(texts.includes("caller m3") || texts.includes("edge m3 m1"), texts.join());
  t.equal((await openAs(t, "i-1", token)).answer.statusCode, 200);
  t.notOk(m1.state.isOver);
});
