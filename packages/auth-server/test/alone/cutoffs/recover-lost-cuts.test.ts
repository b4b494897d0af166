import { copyFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CutoffsEnvelope, parseGeneration } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { createRecovery } from "../../../src/cutoffs/recover-lost-cuts.ts";
import { startFakeCore } from "../../fake-core.ts";
import { claimsOf, createFakeKey, signClaims } from "../../fake-signer.ts";
import { serverFolder } from "../../server-folder.ts";
import { shippedMap, startServer } from "../../start-server.ts";
import { createTestLog } from "../../test-log.ts";
import { until } from "../../until.ts";

const payloadOf = (jws: string): CutoffsEnvelope =>
  JSON.parse(Buffer.from(jws.split(".")[1] ?? "", "base64url").toString());

const core = await startFakeCore(t);

async function start(t: Test, stateFolder: string, offsetMs = 0) {
  const server = await startServer(t, { core, config: { stateFolder }, offsetMs });
  await server.isReady();
  const answer = async () => (await server.app.inject("/cutoffs")).json();
  const place = async () => payloadOf((await answer()).envelope);
  const confirm = async (ahead: object, credential: string) => {
    await server.follow(credential, "i");
    return server.app.inject({
      method: "POST",
      url: "/cutoffs/confirmations",
      headers: { authorization: `Bearer ${credential}` },
      payload: { instance: "i", version: "1", epoch: 1, head: 1, kids: [], keysAgeSeconds: 0, now: 1, ahead },
    });
  };
  return { ...server, answer, place, confirm };
}

for (const [when, offsetMs, instead] of [
  ["at once", 0, []],
  ["days later, with other cuts in place of the lost one,", 3 * 86_400_000, ["m1", "m2"]],
] as const)
  t.test(`a store restored ${when} is found out by who kept what it lost, and everything is cut`, async (t) => {
    const folder = serverFolder(t, { "interactions.yaml": shippedMap });
    const store = join(folder, "auth-server.sqlite");
    const first = await start(t, folder);
    const { token: credential } = await first.issue("m1");
    await first.stop();
    copyFileSync(store, join(folder, "copy"));

    const second = await start(t, folder);
    await second.operate("POST", "/cuts", { target: "m3" });
    const kept = await second.answer();
    const before = await second.place();
    await second.operate("POST", "/cuts", { target: "m1" });
    t.equal((await second.confirm(kept, credential)).statusCode, 204);
    await sleep(20);
    t.match(await second.place(), { epoch: before.epoch, head: before.head + 1 }, "nothing was lost yet");
    await second.stop();

    copyFileSync(join(folder, "copy"), store);
    for (const left of ["-wal", "-shm"]) rmSync(`${store}${left}`, { force: true });
    rmSync(join(folder, "feed-key.json"));
    const third = await start(t, folder, offsetMs);
    t.ok((await third.place()).head < before.head);
    for (const target of instead) await third.operate("POST", "/cuts", { target });
    const older = (await third.ask(credential)).json().accessToken;
    const forged = { ...kept, envelope: `${kept.envelope.slice(0, -6)}AAAAAA` };
    await third.confirm(forged, credential);
    await until(() => third.log.join("").includes("proves nothing"));
    t.equal((await third.place()).epoch, before.epoch, "a forged proof changes nothing");

    for (let round = 0; round < 5; round++) await third.confirm(forged, credential);
    await until(async () => {
      await third.confirm(kept, credential);
      return (await third.place()).epoch > before.epoch;
    });
    t.equal(third.log.join("").split("proves nothing").length, 2, "which is said once, however often it is shown");
    t.match(await third.place(), { epoch: before.epoch + 1, head: 1, cuts: [{ number: 1, ends: "all" }] });
    const younger = (await third.ask(credential)).json().accessToken;
    t.equal(parseGeneration(claimsOf(older).gen)?.epoch, before.epoch);
    t.equal(parseGeneration(claimsOf(younger).gen)?.epoch, before.epoch + 1);
    t.match(third.log.join(""), /The store has lost cuts that receivers know of/);
  });

t.test("cuts that a server in another folder appended to the same store are read, not lost", async (t) => {
  const map = { "interactions.yaml": shippedMap };
  const folder = serverFolder(t, { ...map, elsewhere: map });
  const one = await start(t, folder);
  const { token: credential } = await one.issue("m1");
  const elsewhere = join(folder, "elsewhere");
  symlinkSync(join(folder, "auth-server.sqlite"), join(elsewhere, "auth-server.sqlite"));
  const other = await start(t, elsewhere);
  await other.operate("POST", "/cuts", { target: "m3" });
  const further = await other.place();
  t.ok((await one.place()).head < further.head);
  await one.confirm(await other.answer(), credential);
  await until(async () => (await one.place()).head === further.head);
  t.equal((await one.place()).epoch, further.epoch);
  t.notMatch(one.log.join(""), /has lost cuts/);
});

t.test("proofs that prove nothing are checked once a second for each service, and said once a minute", async (t) => {
  const { log, lines } = createTestLog();
  const state = { now: 0, checks: 0 };
  const find = () => {
    state.checks += 1;
    return undefined;
  };
  const recover = createRecovery({
    store: { startEpoch: async () => void t.fail("nothing was proven") },
    cutLog: { head: () => ({ epoch: 1, number: 1, hash: "" }), after: () => [], catchUp: async () => undefined },
    keys: { find, has: () => false } as unknown as Keys,
    clock: () => 0,
    monotonic: () => state.now,
    log,
  });
  const shown = { certificate: signClaims(createFakeKey("s-other"), {}), envelope: "e" };
  const seen = async (service: string) => {
    for (let times = 0; times < 5; times++) await recover(service, shown);
    return [state.checks, lines.length];
  };
  t.same(await seen("m1"), [1, 1]);
  t.same(await seen("m2"), [2, 1], "what one service shows keeps no other from being heard");
  state.now += 1_000;
  t.same(await seen("m1"), [3, 1]);
  state.now += 59_000;
  t.same(await seen("m1"), [4, 2]);
  t.match(lines[0], /"service":"m1".*A receiver's proof proves nothing/);
});
