import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { ask, postJson } from "../walk/ask.ts";
import { createPlace } from "../walk/mesh-place.ts";
import { runStart, untilPrinted } from "../walk/run-start.ts";
import { until } from "../walk/until.ts";
import { faultMs, isShort } from "./fault-length.ts";
import { listenToFeed } from "./listen-to-feed.ts";

const count = isShort ? 2_000 : 5_000;

/** Of a process: resident memory in MB, and the CPU time that it has used, in seconds. */
function costOf(pid: number): { readonly memory: number; readonly cpu: number } {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system, pages] = [11, 12, 21].map((index) => Number(fields.split(" ")[index]));
  return { memory: ((pages ?? 0) * 4_096) / 1_048_576, cpu: ((user ?? 0) + (system ?? 0)) / 100 };
}

const round = (value: number): number => Math.round(value * 10) / 10;

t.test(`${count} receivers on one auth server: each has a cut within a second`, { timeout: 120_000 }, async (t) => {
  const place = await createPlace(t);
  const isOwnCore = process.env.SUPERTOKENS_CONNECTION_URI === undefined;
  if (isOwnCore) await untilPrinted(runStart(t, place, ["core"]), "Embedded core on");
  await untilPrinted(runStart(t, place, ["auth-server"]), "Server auth server on");
  const operator = readFileSync(join(place.stateFolder, "operator.jwt"), "utf8").trim();
  const operate = async (path: string, body: object) =>
    JSON.parse((await postJson(`${place.url("operator")}${path}`, body, operator)).text);
  const issue = async (service: string): Promise<string> => (await operate("/credentials", { service })).token;
  const credentials = [await issue("m1"), await issue("m2"), await issue("m3")];
  const pid = place.pid("authServer");
  const before = costOf(pid);

  const listeners = await listenToFeed(t, place.url("authServer"), { count, credentials });
  await until("all streams are open", () => listeners.open() === count, 30_000);
  const idle = costOf(pid);
  const openingUs = ((idle.cpu - before.cpu) * 1_000_000) / count;
  await sleep(faultMs);
  const cpu = (costOf(pid).cpu - idle.cpu) / (faultMs / 1_000);

  const times: number[] = [];
  for (let cut = 0; cut < 3; cut++) {
    const begun = performance.now();
    const { epoch, number } = await operate("/cuts", { caller: "m1", target: "m2" });
    await until("the last has it", () => listeners.at(`${epoch}.${number}`) === count, 10_000);
    times.push(performance.now() - begun);
  }
  t.equal(listeners.open(), count, "none was let go");
  t.ok(Math.min(...times) < 1_000, `the last had it after ${times.map(Math.round)} ms`);
  const perReceiver = ((idle.memory - before.memory) * 1_024) / count;
  t.ok(perReceiver < 60, `${round(perReceiver)} kB a receiver`);
  t.comment(
    `${count} receivers: ${round(idle.memory - before.memory)} MB more than ${round(before.memory)} MB, ` +
      `${Math.round(openingUs)} us of CPU for each that came, ${Math.round(cpu * 100)} % of a core for heartbeats, a cut at the last after ${times.map(Math.round)} ms`,
  );
  t.equal((await ask(`${place.url("authServer")}/livez`)).status, 200);
});
