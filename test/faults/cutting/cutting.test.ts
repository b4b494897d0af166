import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { clockToleranceSeconds, formatGeneration, issuerName } from "@meshpass/protocol";
import t, { type Test } from "tap";
import { signAtCore } from "../../attacks/core-token.ts";
import { askWith } from "../../walk/ask.ts";
import { listenerPid } from "../../walk/listener-pid.ts";
import { until } from "../../walk/until.ts";
import { faultMs, isShort } from "../fault-length.ts";
import { checkCalls } from "./check-calls.ts";
import { findEffect, inShort } from "./effect-of-cut.ts";
import type { Receiver } from "./guarded-load.ts";
import type { GuardedCall, Outage } from "./judge-calls.ts";
import { type KindOfCut, kindsOfCut } from "./kinds-of-cut.ts";
import { startReceiver } from "./receivers.ts";
import { type Stage, startStage } from "./start-stage.ts";
import { startTcpGate } from "./tcp-gate.ts";

/** Long enough for a feed to be stale, and for a cut in the middle to be due before it is back, in ms. */
const breakMs = Math.max(2_200, faultMs);
/** Longer than the promise's second, shorter than a feed takes to be stale by its age alone; in ms. */
const frozenMs = Math.max(1_200, faultMs);
/** What the environment names cannot withdraw a key. */
const isOwnCore = process.env.SUPERTOKENS_CONNECTION_URI === undefined;
/** How often each kind of cut is made. */
const rounds = isShort ? 1 : 6;
/** How long calls go on after receivers have confirmed: in full, beyond the promise's second. In ms. */
const shownMs = isShort ? 300 : 1_200;

const timeout = 40_000 + 4 * breakMs + rounds * 10_000;

t.test("what is taken away stops everywhere within a second", { timeout }, async (t) => {
  // The clocks of two receivers are off from the start; that of m1 is right, as are those of the two behind the gate.
  const stage = await startStage(t, { m2: 4_000, m3: -4_000 });
  const { mesh, operator } = stage;
  const gate = await startTcpGate(t, mesh.url("authServer"));
  const start = (staleFeed: "accept" | "refuse") =>
    startReceiver(t, mesh, { service: "m2", authServer: gate.url, staleFeed });
  const behindGate = await Promise.all([start("accept"), start("refuse")] as const);
  const count = 3 + behindGate.length;
  const outages: Outage[] = [];
  const load = await stage.startLoad(behindGate);
  const begun = performance.now();
  await sleep(300);

  const check = (t: Test, calls: readonly GuardedCall[]) => checkCalls(t, calls, { cuts: operator.cuts(), outages });

  await t.test("each kind of cut, at receivers whose clocks are 4 s off too", async (t) => {
    const kinds = kindsOfCut(stage);
    const made: { readonly name: string; readonly number: number }[] = [];
    const madeByKind = () => Map.groupBy(made, ({ name }) => name);
    const effectOf = (some: typeof made) =>
      findEffect(
        load.calls,
        operator.cuts(),
        some.map(({ number }) => number),
      );
    const shown = new Set<string>();
    const isShown = (name: string, some: typeof made): boolean => {
      if (!shown.has(name) && effectOf(some).refused > 0) shown.add(name);
      return shown.has(name);
    };
    /** Waits until a call has shown of each kind that it works, since a call meets a token of its own only by chance. */
    const untilRefused = async (): Promise<void> => {
      await until(
        "a token of each kind was refused",
        () => [...madeByKind()].every(([name, some]) => isShown(name, some)),
        20_000,
      ).catch(() => undefined);
      await sleep(shownMs);
    };
    const make = async ({ name, cut, restore, restoreFirst }: KindOfCut): Promise<void> => {
      made.push({ name, number: (await cut()).number });
      if (restoreFirst) await restore?.();
      else await operator.untilAllConfirmed(count);
    };
    for (let round = 0; round < rounds; round++) {
      for (const kind of kinds) await make(kind);
      await untilRefused();
      for (const { restore, restoreFirst } of kinds) if (!restoreFirst) await restore?.();
      await sleep(200);
      await make({ name: "everything", cut: () => operator.cut("/cuts", { everything: true }) });
      await untilRefused();
      if (!isOwnCore) continue;
      await make({ name: "a key", cut: () => operator.withdrawKey(stage.book.newest("m1", "m2")?.kid ?? "") });
      await untilRefused();
    }
    check(t, load.calls);
    const off = await operator.clockDifferences();
    t.ok(off.some((ms) => ms > 3_500) && off.some((ms) => ms < -3_500), `clocks were off by ${off} ms`);
    for (const [name, some] of madeByKind()) {
      const effect = effectOf(some);
      t.ok(effect.refused > 0, `${name}: tokens that nothing else ended were refused`);
      t.comment(`${name}: the last call let in ${inShort(effect.lastAllowed)}; confirmed ${inShort(effect.confirmed)}`);
    }
  });

  for (const how of ["close", "freeze"] as const) {
    const name = { close: "broken", freeze: "frozen" }[how];
    await t.test(
      `while the feed is ${name} no cut token gets in where it is refused, and elsewhere none once it is back`,
      async (t) => {
        const [accepting, refusing] = behindGate;
        const first = load.calls.length;
        const from = Date.now();
        const ending = await tokenThatEnds(stage, breakMs);
        gate[how]();
        // Right at the break, when nothing looks stale yet, and in its middle.
        const goesOn = statusOf(accepting, ending);
        await operator.cut("/cuts", { caller: "m3", target: "m2" });
        t.equal(await goesOn, 200, "who accepts goes on");
        await sleep(breakMs / 2);
        await operator.cut("/cuts", { caller: "m1", target: "m2" });
        await sleep(breakMs / 2);
        t.equal(await statusOf(accepting, ending), 401, "but not past the end of a token");
        t.equal(await statusOf(refusing, stage.book.newest("m2", "m2")?.text ?? ""), 503, "who refuses lets nobody in");
        gate.open();
        await operator.untilAllConfirmed(count);
        const over = Date.now();
        outages.push({ receiver: accepting.name, mode: "accept", from, until: over });
        outages.push({ receiver: refusing.name, mode: "refuse", from, until: over });
        await sleep(shownMs);
        check(t, load.calls.slice(first));
      },
    );
  }

  await t.test("a receiver that was frozen lets nobody in until it hears again", async (t) => {
    const [accepting, refusing] = behindGate;
    const token = stage.book.newest("m1", "m2")?.text ?? "";
    const pid = listenerPid(Number(new URL(accepting.url).port));
    const from = Date.now();
    // What it could hear at once when it thaws is kept from it, too.
    gate.freeze();
    process.kill(pid, "SIGSTOP");
    await operator.cut("/cuts", { caller: "m1", target: "m2" });
    await sleep(frozenMs);
    const first = Promise.all(Array.from({ length: 10 }, () => statusOf(accepting, token)));
    process.kill(pid, "SIGCONT");
    t.same(new Set(await first), new Set([503]));
    gate.open();
    await operator.untilAllConfirmed(count);
    outages.push({ receiver: accepting.name, mode: "frozen", from, until: Date.now() });
    outages.push({ receiver: refusing.name, mode: "refuse", from, until: Date.now() });
    t.equal(await statusOf(accepting, token), 401);
  });

  await load.stop();
  check(t, load.calls);
  const rate = load.calls.length / ((performance.now() - begun) / 1_000);
  t.comment(`${Math.round(rate)} calls a second`);
  // Beside other tests a machine may be too busy for them all.
  if (!isShort) t.ok(rate >= 300, `${Math.round(rate)} calls a second`);
});

/** A token of m2 for m2 whose last moment at a receiver, tolerance and all, comes after the whole seconds that are in `ms`. */
async function tokenThatEnds({ mesh, book }: Stage, ms: number): Promise<string> {
  // Tokens end at whole seconds: so it lives as long as it can.
  await sleep(1_000 - (Date.now() % 1_000));
  const exp = Math.round(Date.now() / 1_000) + Math.floor(ms / 1_000) - clockToleranceSeconds;
  const gen = formatGeneration(book.newest("m2", "m2")?.gen ?? { epoch: 0, number: 0 });
  const common = { iss: issuerName, sub: "m2", aud: "m2", token_use: "access", jti: randomUUID(), map: 1 };
  return signAtCore(mesh, { ...common, gen, iat: exp - 60, exp }, { static: false });
}

const statusOf = async ({ url }: Receiver, token: string): Promise<number> =>
  (await askWith(token, `${url}/hello`)).status;
