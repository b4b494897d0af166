import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { type Answer, ask, postJson } from "../walk/ask.ts";
import { meshpass } from "../walk/meshpass.ts";
import { type Mesh, startMesh } from "../walk/start-mesh.ts";
import { until } from "../walk/until.ts";
import { faultMs } from "./fault-length.ts";
import { callSteadily } from "./steady-calls.ts";

/** A core that the environment names is not ours to stop. */
const ownCore =
  process.env.SUPERTOKENS_CONNECTION_URI === undefined ? {} : { skip: "the core in use is not this mesh's own" };

const mint = (mesh: Mesh, caller: string, target: string): Promise<Answer> =>
  postJson(`${mesh.url("authServer")}/accesstoken`, { target }, mesh.credential(caller));

/** Freezes the process that listens for `name`, as a stopped virtual machine would be, while `during` runs. */
async function whileFrozen(mesh: Mesh, name: "core" | "authServer" | "m2", during: () => Promise<void>): Promise<void> {
  const pid = mesh.pid(name);
  process.kill(pid, "SIGSTOP");
  try {
    await during();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

t.test("the mesh lives through the loss of any part of it", { timeout: 60_000 + 8 * faultMs }, async (t) => {
  const mesh = await startMesh(t);

  await t.test("20 parallel first calls make one mint", async (t) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => mesh.query("m1", "m2")));
    t.ok(answers.every(({ status }) => status === 200));
    const day = new Date().toISOString().slice(0, 10);
    const mints = await until("the decision is on record", () => {
      const lines = readFileSync(join(mesh.stateFolder, `decisions-${day}.jsonl`), "utf8").split("\n");
      const found = lines.filter((line) => /"caller":"m1","target":"m2","allowed":true/.test(line));
      return found.length > 0 ? found : undefined;
    });
    t.equal(mints.length, 1);
  });

  await t.test(
    "the core freezes: 503 within a second, valid tokens go on, and the next call after it works",
    ownCore,
    async (t) => {
      const calls = callSteadily(mesh, "m1", "m2");
      await whileFrozen(mesh, "core", async () => {
        const end = performance.now() + faultMs;
        const times: number[] = [];
        do {
          const started = performance.now();
          const answer = await mint(mesh, "m2", "m1");
          times.push(Math.round(performance.now() - started));
          t.equal(answer.status, 503);
          t.equal(answer.headers.get("retry-after"), "1");
          t.match(JSON.parse(answer.text), { error: "core_unavailable" });
        } while (performance.now() < end || (Math.min(...times) >= 1_000 && times.length < 3));
        t.ok(Math.min(...times) < 1_000, `answered after ${times} ms`);
        t.equal((await ask(`${mesh.url("authServer")}/auth/jwt/jwks.json`)).status, 200, "keys are there all the same");
        t.equal((await ask(`${mesh.url("authServer")}/readyz`)).status, 200);
      });
      t.equal(
        await until("tokens again", async () => ((await mint(mesh, "m2", "m1")).status === 200 ? 200 : false), 5_000),
        200,
      );
      const { lost, good } = await calls.stop();
      t.same(lost, [], `no call was lost of ${good}`);
    },
  );

  await t.test(
    "the core dies: it comes back with its keys, and every credential and token stays good",
    ownCore,
    async (t) => {
      const keysBefore = (await ask(`${mesh.url("authServer")}/auth/jwt/jwks.json`)).text;
      const calls = callSteadily(mesh, "m1", "m2");
      process.kill(mesh.pid("core"), "SIGKILL");
      t.ok([503, 200].includes((await mint(mesh, "m2", "m2")).status), "an answer, not a hang");
      await until("tokens again", async () => (await mint(mesh, "m2", "m2")).status === 200, 15_000);
      t.equal((await ask(`${mesh.url("authServer")}/auth/jwt/jwks.json`)).text, keysBefore);
      t.same((await calls.stop()).lost, []);
    },
  );

  await t.test("the auth server freezes: valid tokens go on, a first call says which hop failed", async (t) => {
    const calls = callSteadily(mesh, "m1", "m2");
    await whileFrozen(mesh, "authServer", async () => {
      const answer = await mesh.query("m3", "m1");
      t.equal(answer.status, 503);
      t.match(JSON.parse(answer.text), { error: "auth_server_unreachable" });
      t.ok(Number(answer.headers.get("retry-after")) >= 1);
      await sleep(faultMs);
    });
    t.same((await calls.stop()).lost, []);
    await until("a first call works again", async () => (await mesh.query("m3", "m1")).status === 200);
  });

  await t.test("the auth server dies: it comes back by itself, with all that it knew", async (t) => {
    const calls = callSteadily(mesh, "m1", "m2");
    const known = async () => {
      const { map } = JSON.parse(
        Buffer.from(JSON.parse((await mint(mesh, "m2", "m1")).text).accessToken.split(".")[1], "base64url").toString(),
      );
      return { map, credentials: (await meshpass(mesh, "credentials", "list", "-o", "json")).out };
    };
    const before = await known();
    process.kill(mesh.pid("authServer"), "SIGKILL");
    await until("it ended", () => /auth-server ended \(SIGKILL\); starting it again/.test(mesh.output()));
    await until("a new token", async () => (await mint(mesh, "m2", "m2")).status === 200, 15_000);
    t.same((await calls.stop()).lost, []);
    t.same(await known(), before, "its credentials and the number of its map are what they were");
  });

  await t.test("m2 dies: m1 answers 502 and lives on", async (t) => {
    const pid = mesh.pid("m1");
    process.kill(mesh.pid("m2"), "SIGKILL");
    const answer = await until("the call fails", async () => {
      const each = await mesh.query("m1", "m2");
      return each.status === 502 ? each : undefined;
    });
    t.match(JSON.parse(answer.text), { error: "target_unreachable" });
    await until("m2 is back", async () => (await mesh.query("m1", "m2")).status === 200, 15_000);
    t.equal(mesh.pid("m1"), pid, "it is the same process");
  });

  await t.test("m2 freezes: m1 gives up on it in time", async (t) => {
    await whileFrozen(mesh, "m2", async () => {
      const started = performance.now();
      t.equal((await mesh.query("m1", "m2")).status, 502);
      t.ok(performance.now() - started < 6_000);
    });
    await until("m2 answers again", async () => (await mesh.query("m1", "m2")).status === 200);
  });

  t.notMatch(mesh.output(), /m1 ended|m3 ended|Unforeseen/, "nobody else ended");
});
