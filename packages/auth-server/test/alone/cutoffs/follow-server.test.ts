import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { paths } from "@meshpass/protocol";
import { remoteCutoffs, remoteKeys } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { startFakeCore } from "../../fake-core.ts";
import { serverFolder } from "../../server-folder.ts";
import { shippedMap, startServer } from "../../start-server.ts";
import { until } from "../../until.ts";

const core = await startFakeCore(t);

async function start(t: Test, stateFolder: string, { port = 0, maxStreams = 1_000 } = {}) {
  const server = await startServer(t, { core, config: { stateFolder, maxStreams } });
  await server.isReady();
  const origin = await server.app.listen({ host: "127.0.0.1", port });
  const receivers = async () => (await server.operate("GET", "/receivers")).json().receivers;
  return { ...server, origin, receivers };
}

/** A receiver as every service has one, whose credential a test can change. */
function startReceiver(t: Test, origin: string, credential: string) {
  const state = { credential };
  const keys = remoteKeys({ url: origin + paths.jwks });
  const cutoffs = remoteCutoffs({
    ...{ url: origin + paths.cutoffs, keys, instance: "i-1" },
    credential: async () => state.credential,
  });
  t.teardown(async () => {
    await cutoffs.close();
    keys.close();
  });
  return { state, cutoffs };
}

t.test("a receiver that comes without a good credential is listed by itself once it has one", async (t) => {
  const { origin, receivers, operate, issue } = await start(t, serverFolder(t, { "interactions.yaml": shippedMap }));
  const { cutoffs, state } = startReceiver(t, origin, "nonsense");
  await until(cutoffs.ready);
  state.credential = (await issue("m1")).token;
  t.same(await receivers(), []);
  const { number } = (await operate("POST", "/cuts", { target: "m3" })).json();
  await until(async () => (await receivers()).length === 1);
  t.match(await receivers(), [{ service: "m1", instance: "i-1", head: number, live: true }]);
  t.match(cutoffs.status(), { condition: "live", failures: 1 });

  const { jti } = (await operate("GET", "/credentials")).json().credentials[0];
  const { number: last } = (await operate("DELETE", `/credentials/${jti}`)).json();
  await until(async () => (await receivers())[0].head === last);
  await until(() => cutoffs.status().failures === 2);
  const { number: next } = (await operate("POST", "/cuts", { target: "m3" })).json();
  await until(async () => (await receivers())[0].head === next);
  t.match(
    cutoffs.status(),
    { failures: 2, condition: "live" },
    "with one that was cut it comes back, goes on, and says so",
  );
});

t.test("who holds all places of a service, and strangers', loses them with the credential that he stole", async (t) => {
  const folder = serverFolder(t, { "interactions.yaml": shippedMap });
  const { origin, receivers, operate, issue, follow } = await start(t, folder, { maxStreams: 40 });
  const stolen = await issue("m1");
  for (let nth = 0; nth < 14; nth++) await follow(stolen.token, `thief-${nth}`);
  const { cutoffs } = startReceiver(t, origin, (await issue("m1")).token);
  await until(() => cutoffs.status().failures > 0);
  t.notOk(cutoffs.ready());
  await operate("DELETE", `/credentials/${stolen.jti}`);
  await until(async () => (await receivers()).some(({ instance }: { instance: string }) => instance === "i-1"));
  t.ok(cutoffs.ready());
});

t.test("a restored store is shown what it lost by a receiver, with a small envelope that it kept", async (t) => {
  const folder = serverFolder(t, { "interactions.yaml": shippedMap });
  const store = join(folder, "auth-server.sqlite");
  const first = await start(t, folder);
  const { token } = await first.issue("m1");
  await first.stop();
  copyFileSync(store, join(folder, "copy"));

  const second = await start(t, folder);
  const { cutoffs } = startReceiver(t, second.origin, token);
  // Too many for a proof that holds them.
  for (let times = 0; times < 40; times++) await second.operate("POST", "/cuts", { caller: `c${times}`, target: "m3" });
  const { epoch, number } = (await second.operate("POST", "/cuts", { target: "m3" })).json();
  await until(() => cutoffs.status().head === number);
  await second.stop();

  copyFileSync(join(folder, "copy"), store);
  for (const left of ["-wal", "-shm"]) rmSync(`${store}${left}`, { force: true });
  const third = await start(t, folder, { port: Number(new URL(second.origin).port) });
  await until(() => cutoffs.status().epoch > epoch);
  t.match(cutoffs.status(), { epoch: epoch + 1, head: 1, condition: "live" });
  t.match(third.log.join(""), /The store has lost cuts that receivers know of/);
});
