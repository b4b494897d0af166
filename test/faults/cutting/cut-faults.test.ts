import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endings, isOlder } from "@meshpass/protocol";
import t from "tap";
import { signAtCore } from "../../attacks/core-token.ts";
import { askWith } from "../../walk/ask.ts";
import { until } from "../../walk/until.ts";
import { callSteadily } from "../steady-calls.ts";
import { checkCalls } from "./check-calls.ts";
import type { Outage } from "./judge-calls.ts";
import { startStage } from "./start-stage.ts";
import { askForToken } from "./token-book.ts";
import { allEdges, writeMap } from "./write-map.ts";

/** A core that the environment names is not ours to stop. */
const ownCore =
  process.env.SUPERTOKENS_CONNECTION_URI === undefined ? {} : { skip: "the core in use is not this mesh's own" };

const services = ["m1", "m2", "m3"] as const;
const shownMs = 200;

t.test("a cut outlives what happens to those who make it and keep it", { timeout: 60_000 }, async (t) => {
  const stage = await startStage(t);
  const { mesh, clocks, operator, book } = stage;
  const outages: Outage[] = [];
  const load = await stage.startLoad([]);
  const confirmed = (): Promise<void> => operator.untilAllConfirmed(services.length);
  const hello = async (service: "m1" | "m2" | "m3", token: string): Promise<number> =>
    (await askWith(token, `${mesh.url(service)}/hello`)).status;

  await t.test("a caller whose tokens are cut has others before its user notices", async (t) => {
    const queries = callSteadily(mesh, "m1", "m2");
    await until("a first one", async () => (await mesh.query("m1", "m2")).status === 200);
    await operator.cut("/cuts", { caller: "m1", target: "m2" });
    await confirmed();
    await sleep(shownMs);
    t.same((await queries.stop()).lost, [], "not one query failed");
  });

  await t.test("a core whose clock is 4 s off, either way, changes nothing", ownCore, async (t) => {
    for (const shiftMs of [4_000, -4_000]) {
      await clocks.set({ "embedded-core": shiftMs });
      const { iat } = readPayload(await signAtCore(mesh, {}, { static: false }));
      t.ok(Math.abs(iat - (Date.now() + shiftMs) / 1_000) < 2, "it is off");
      await operator.cut("/cuts", { target: "m2" });
      await Promise.all([book.renewAll(), confirmed()]);
      await sleep(shownMs);
    }
    await clocks.set({ "embedded-core": 0 });
  });

  await t.test("a token that was cut while the core made it does not come out", ownCore, async (t) => {
    const day = new Date().toISOString().slice(0, 10);
    const countWithdrawn = (): number => {
      const lines = readFileSync(join(mesh.stateFolder, `decisions-${day}.jsonl`), "utf8").split("\n");
      return lines.filter((line) => line.includes('"outcome":"withdrawn_meanwhile"')).length;
    };
    const mintMeanwhile = async (change: () => Promise<unknown>) => {
      const core = mesh.pid("core");
      process.kill(core, "SIGSTOP");
      const asked = askForToken(mesh, "m1", "m3");
      await sleep(100);
      await change().finally(() => process.kill(core, "SIGCONT"));
      return asked;
    };
    /** Once more where a busy machine took longer than a core may: then no token was made that could be withdrawn. */
    const untilWithdrawn = async (change: () => Promise<unknown>, restore?: () => Promise<unknown>) => {
      const before = countWithdrawn();
      const { token } = await until("a token was made, and is on record as withdrawn", async () => {
        const answer = { token: await mintMeanwhile(change) };
        await restore?.();
        await sleep(shownMs);
        return countWithdrawn() > before && answer;
      });
      return token;
    };
    const gone = await untilWithdrawn(
      () => operator.cut("/blocks", { caller: "m1", target: "m3" }),
      () => operator.request("DELETE", "/blocks/m1/m3"),
    );
    t.equal(gone, undefined, "nor another one, where there is a block");
    const young = await untilWithdrawn(() => operator.cut("/cuts", { caller: "m1", target: "m3" }));
    const last = operator.cuts().at(-1);
    t.ok(young !== undefined && last !== undefined && !isOlder(young.gen, last), "what comes out is younger");
    await confirmed();
    t.equal(await hello("m3", young?.text ?? ""), 200);
  });

  await t.test("an auth server that dies right after a cut, and starts on another map, forgets neither", async (t) => {
    const from = Date.now();
    const { epoch } = await operator.cut("/cuts", { caller: "m3", target: "m1" });
    process.kill(mesh.pid("authServer"), "SIGKILL");
    const cut = await operator.saveMap(endings.edge("m1", "m1"), () => writeMap(mesh, allEdges.slice(1)));
    t.equal(cut.epoch, epoch, "the feed goes on where it was");
    await confirmed();
    const over = Date.now();
    outages.push(...services.map((receiver) => ({ receiver, mode: "accept", from, until: over }) as const));
    t.equal(await askForToken(mesh, "m1", "m1"), undefined, "the edge is gone");
    await sleep(shownMs);
  });

  await load.stop();
  checkCalls(t, load.calls, { cuts: operator.cuts(), outages });
});

const readPayload = (token: string): { readonly iat: number } =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
