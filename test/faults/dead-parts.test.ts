import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { unknownKid } from "../attacks/unknown-kid.ts";
import { type Answer, ask, askWith, postJson } from "../walk/ask.ts";
import { untilPrinted } from "../walk/run-start.ts";
import { issueCredentials } from "../walk/start-mesh.ts";
import { until } from "../walk/until.ts";
import { faultMs, isShort } from "./fault-length.ts";
import { startJwksGate } from "./jwks-gate.ts";
import { createSingleProcesses, type ProcessName, serverNames } from "./single-processes.ts";
import { callSteadily } from "./steady-calls.ts";

const services = ["m1", "m2", "m3"] as const;

/** A core that the environment names is not ours to stop. */
const isOwnCore = process.env.SUPERTOKENS_CONNECTION_URI === undefined;
const ownCore = isOwnCore ? {} : { skip: "the core in use is not this mesh's own" };

/** Within this a receiver has loaded its keys anew: every 20 s, a tenth more or less; in ms. */
const refreshMs = 22_000;

t.test(
  "a part may be dead for a while, and all is well again once it is back",
  {
    timeout: 60_000 + 6 * faultMs + 2 * refreshMs,
  },
  async (t) => {
    const { place, start, kill, running } = await createSingleProcesses(t);
    const gate = await startJwksGate(t, place.url("authServer"));
    const behindGate = { MESHPASS_AUTH_SERVER: gate.url };
    const lines: Record<ProcessName, string> = {
      core: `Embedded core on ${place.url("core")}\n`,
      "auth-server": `Server auth server on ${place.url("authServer")}\n`,
      m1: `Running microservice m1 on ${place.url("m1")}\n`,
      m2: `Running microservice m2 on ${place.url("m2")}\n`,
      m3: `Running microservice m3 on ${place.url("m3")}\n`,
    };
    const startAndWait = (name: ProcessName): Promise<void> => untilPrinted(start(name), lines[name]);
    const mint = (caller: string, target: string): Promise<Answer> =>
      postJson(`${place.url("authServer")}/accesstoken`, { target }, place.credential(caller));

    await t.test("each process starts by its name alone, and says where it is once it is ready", async (t) => {
      if (isOwnCore) await startAndWait("core");
      // The services come up whether or not the auth server is there, and wait for it and for their credentials.
      for (const name of services) start(name, name === "m2" ? behindGate : {});
      await startAndWait("auth-server");
      await issueCredentials(place);
      for (const [name, run] of running()) {
        await untilPrinted(run, lines[name]);
        t.equal(run.output().split(lines[name]).length, 2, `${name} says so once`);
      }
      t.equal((await place.query("m1", "m2")).text, "Hello to m1 from m2!");
    });

    await t.test(
      "the core is dead: no token is made, valid ones go on, and then it goes on by itself",
      ownCore,
      async (t) => {
        const calls = callSteadily(place, "m1", "m2");
        kill("core");
        const times: number[] = [];
        for (const end = performance.now() + faultMs; performance.now() < end; await sleep(200)) {
          const started = performance.now();
          const answer = await mint("m2", "m1");
          times.push(Math.round(performance.now() - started));
          t.equal(answer.status, 503);
          t.equal(answer.headers.get("retry-after"), "1");
          t.match(JSON.parse(answer.text), { error: "core_unavailable" });
        }
        t.ok(Math.min(...times) < 1_000, `answered after ${times} ms`);
        t.equal(
          (await ask(`${place.url("authServer")}/auth/jwt/jwks.json`)).status,
          200,
          "the keys are there all the same",
        );
        await startAndWait("core");
        await until("tokens again", async () => (await mint("m2", "m1")).status === 200, 5_000);
        t.same((await calls.stop()).lost, [], "no call was lost");
      },
    );

    await t.test("the auth server is dead: valid tokens go on, a first call says which hop failed", async (t) => {
      const calls = callSteadily(place, "m1", "m2");
      kill("auth-server");
      for (const end = performance.now() + faultMs; performance.now() < end; await sleep(200)) {
        const answer = await place.query("m3", "m1");
        t.equal(answer.status, 503);
        t.match(JSON.parse(answer.text), { error: "auth_server_unreachable" });
        t.ok(Number(answer.headers.get("retry-after")) >= 1);
      }
      await startAndWait("auth-server");
      await until("a first call works", async () => (await place.query("m3", "m1")).status === 200, 5_000);
      t.same((await calls.stop()).lost, [], "no call was lost");
    });

    await t.test("m2 is dead: calls to it are 502, all others go on", async (t) => {
      const calls = callSteadily(place, "m1", "m1");
      kill("m2");
      for (const end = performance.now() + faultMs; performance.now() < end; await sleep(200)) {
        const answer = await place.query("m1", "m2");
        t.equal(answer.status, 502);
        t.match(JSON.parse(answer.text), { error: "target_unreachable" });
      }
      await untilPrinted(start("m2", behindGate), lines.m2);
      t.equal((await place.query("m1", "m2")).status, 200);
      t.same((await calls.stop()).lost, [], "no call was lost");
    });

    await t.test("the keys alone are unreachable: tokens of known keys go on, seen before or not", async (t) => {
      const calls = callSteadily(place, "m1", "m2");
      gate.shut();
      t.equal((await askWith(unknownKid(0), `${place.url("m2")}/hello`)).status, 401, "a key that nobody knows");
      t.ok(gate.loads().refused > 0, "m2 did ask for the keys, and did not get them");
      t.equal((await place.query("m2", "m2")).status, 200, "a token that m2 has not seen before");
      await sleep(faultMs);
      t.equal((await place.query("m1", "m2")).status, 200);
      gate.open();
      t.same((await calls.stop()).lost, [], "no call was lost");
    });

    const rarely = isShort ? { skip: "keys are loaded every 20 s: shown by pnpm faults" } : {};
    await t.test("and m2 loads the keys again by itself", rarely, async (t) => {
      const { passed, refused } = gate.loads();
      t.ok(refused > Math.floor(faultMs / refreshMs), `it went on asking for them: ${refused} times in vain`);
      await until("m2 has the keys", () => gate.loads().passed > passed, refreshMs + 2_000);
    });

    await t.test(
      "a service that starts without keys stays up, lets nobody in, and is ready once it has them",
      async (t) => {
        const { accessToken } = JSON.parse((await mint("m1", "m2")).text);
        gate.shut();
        kill("m2");
        const run = start("m2", behindGate);
        const refusal = await until("m2 listens", () => askWith(accessToken, `${place.url("m2")}/hello`));
        t.equal(refusal.status, 503);
        t.match(JSON.parse(refusal.text), { error: "keys_unavailable" });
        t.equal(refusal.headers.get("retry-after"), "1");
        await until("its credential was accepted", async () => {
          const { status, text } = await ask(`${place.url("m2")}/readyz`);
          return (
            status === 503 && JSON.stringify(JSON.parse(text).codes) === '["keys_unavailable","cutoffs_unavailable"]'
          );
        });
        gate.open();
        await untilPrinted(run, lines.m2);
        t.equal((await askWith(accessToken, `${place.url("m2")}/hello`)).status, 200);
        t.equal((await place.query("m1", "m2")).status, 200);
      },
    );

    await t.test("nobody ended who was not killed, and Ctrl-C ends each with exit code 0", async (t) => {
      t.equal(running().size, isOwnCore ? 5 : 4);
      for (const [name, run] of running()) t.notMatch(run.output(), /ended \(|could not start|Unforeseen/, name);
      await Promise.all([...running()].map(async ([name, run]) => t.equal(await run.stop("SIGINT"), 0, name)));
      for (const name of running().keys()) t.throws(() => place.pid(serverNames[name]), /nobody listens/);
    });
  },
);
