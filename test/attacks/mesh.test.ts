import t from "tap";
import { ask } from "../walk/ask.ts";
import { callByOAuth } from "../walk/call-by-oauth.ts";
import { changeCredentials } from "../walk/change-credentials.ts";
import { changeKeys } from "../walk/change-keys.ts";
import { isAlive } from "../walk/is-alive.ts";
import { askNinePairs } from "../walk/nine-pairs.ts";
import { startMesh } from "../walk/start-mesh.ts";
import { attackMesh } from "./attack-mesh.ts";
import { sendSlowBodies } from "./slow-bodies.ts";

/** Whether the mesh starts a core of its own, which alone stages and drops keys. */
const isOwnCore = process.env.SUPERTOKENS_CONNECTION_URI === undefined;
const ownCore = isOwnCore ? {} : { skip: "only the embedded core stages and drops keys" };

// Six processes cost seconds of CPU time to start: one mesh shows all that leaves it as it was.
t.test("a mesh at work, and under attack", async (t) => {
  const mesh = await startMesh(t);
  const names = ["authServer", "m1", "m2", "m3", ...(isOwnCore ? (["core"] as const) : [])] as const;
  const pids = names.map(mesh.pid);
  const slowBodies = sendSlowBodies(mesh);

  await t.test("the mesh answers every pair as the map says", (t) => askNinePairs(t, mesh));

  await t.test("OAuth clients get tokens by the same map, and lose them as everybody does", (t) =>
    callByOAuth(t, mesh),
  );

  await t.test("attacks are refused, and every process stays up", (t) => attackMesh(t, mesh, { pids, slowBodies }));

  await t.test("keys are rotated without losing a call, and withdrawn within the second", ownCore, (t) =>
    changeKeys(t, mesh),
  );

  await t.test("credentials are issued, listed, revoked and cut on a running mesh", (t) => changeCredentials(t, mesh));

  await t.test("SIGTERM ends it with exit code 0 and leaves no process behind", async (t) => {
    const pids = names.map(mesh.pid);
    t.equal(await mesh.stop("SIGTERM"), 0);
    for (const pid of pids) t.notOk(isAlive(pid));
    await t.rejects(ask(`${mesh.url("m1")}/livez`));
    if (isOwnCore) await t.rejects(ask(`${mesh.url("core")}/hello`));
  });
});
