import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { holdFolder } from "../../src/store/hold-folder.ts";
import { startFakeCore } from "../fake-core.ts";
import { signClaims } from "../fake-signer.ts";
import { inTime } from "../in-time.ts";
import { serverFolder } from "../server-folder.ts";
import { mapOf, shippedMap, startServer } from "../start-server.ts";
import { until } from "../until.ts";

const core = await startFakeCore(t);

t.beforeEach(() => core.behave("works"));

const legacyOf = (service: string): string => {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { iat, exp: iat + 3_153_600_000, iss: "auth-server", sub: service, aud: "auth-server" };
  return signClaims(core.signer.staticKey, claims);
};

t.test("the server is not ready without map, core and keys, and becomes so by itself", async (t) => {
  await core.stop();
  const server = await startServer(t, { core });
  rmSync(server.mapPath);
  const readyz = () => server.app.inject("/readyz");
  await until(() => server.readiness().codes.includes("map_stale"));
  t.equal((await readyz()).statusCode, 503);
  t.same((await readyz()).json(), {
    status: "not_ready",
    codes: [
      "map_missing",
      "keys_missing",
      "operator_token_missing",
      "feed_certificate_missing",
      "map_stale",
      "safe_lifetime_unknown",
    ],
  });
  t.equal((await server.ask("a.b.c")).statusCode, 401);
  t.equal((await server.app.inject("/auth/jwt/jwks.json")).statusCode, 503);
  t.equal((await server.app.inject("/livez")).statusCode, 200);
  await core.start();
  server.saveMap(shippedMap);
  const begun = performance.now();
  await server.isReady();
  t.ok(performance.now() - begun < 5_000);
  await until(async () => (await readyz()).json().codes.length === 0);
  t.equal((await readyz()).statusCode, 200);
});

t.test("after a restart what was good is good, and what was cut is cut", async (t) => {
  const folder = serverFolder(t, { "interactions.yaml": shippedMap });
  const first = await startServer(t, { core, config: { stateFolder: folder, developmentServices: ["m1"] } });
  await first.isReady();
  const { token } = await first.issue("m1");
  const legacy = legacyOf("m3");
  const development = readFileSync(join(folder, "credentials", "m1.jwt"), "utf8").trim();
  t.equal((await first.ask(legacy, { target: "m1" })).statusCode, 200);
  t.equal((await first.ask(development)).statusCode, 200);
  await first.decisions(2);

  await t.test("the state folder and all that is in it are for their owner alone", async (t) => {
    const decisions = `decisions-${new Date().toISOString().slice(0, 10)}.jsonl`;
    const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);
    for (const name of [".", "credentials"]) t.equal(modeOf(name), "700", name);
    for (const name of [
      "auth-server.sqlite",
      "auth-server.sqlite-wal",
      "operator.jwt",
      "credentials/m1.jwt",
      decisions,
    ]) {
      t.equal(modeOf(name), "600", name);
    }
    await first.stop();
  });

  await t.test(
    "the same map keeps its number, and issued credentials are still good, but for development",
    async (t) => {
      chmodSync(folder, 0o755);
      const same = await startServer(t, { core, config: { stateFolder: folder } });
      await same.isReady();
      t.equal((statSync(folder).mode & 0o777).toString(8), "700");
      t.equal((await same.operate("GET", "/status")).json().map.number, 1);
      t.equal((await same.ask(token)).statusCode, 200);
      t.equal((await same.ask(legacy, { target: "m1" })).statusCode, 200);
      t.match((await same.ask(development)).json(), { error: "invalid_credential" });
      t.match((await same.decisions(5))[4], { allowed: false, reason: "dev_credential" });
      await same.stop();
    },
  );

  await t.test(
    "another map takes the next number, and who has left it loses legacy credentials for good",
    async (t) => {
      writeFileSync(first.mapPath, mapOf("  m1: [m1, m2]"));
      const other = await startServer(t, { core, config: { stateFolder: folder } });
      await other.isReady();
      t.equal((await other.operate("GET", "/status")).json().map.number, 2);
      t.match((await other.ask(legacy, { target: "m1" })).json(), { error: "invalid_credential" }, "m3 has left");
      other.saveMap(shippedMap);
      await other.isInForce(3);
      t.match(
        (await other.ask(legacy, { target: "m1" })).json(),
        { error: "invalid_credential" },
        "and is back in vain",
      );
    },
  );
});

t.test("a server at work", async (t) => {
  const server = await startServer(t, { core });
  await server.isReady();
  const { token } = await server.issue("m1");

  await t.test(
    "a map saved while the server runs is in force within a second, what it adds and what it takes out (m2m-auth: compiled in)",
    async (t) => {
      t.equal((await server.ask(token, { target: "m3" })).statusCode, 401);
      const begun = performance.now();
      server.saveMap(mapOf("  m1: [m1, m2, m3]", "  m2: [m1, m2]", "  m3: [m1]"));
      await server.isInForce(2);
      t.ok(performance.now() - begun < 5_000, "a second, and more on a busy machine");
      t.equal((await server.ask(token, { target: "m3" })).statusCode, 200);
      server.saveMap(mapOf("  m1: [m1, m2]", "  m2: [m1, m2]", "  m3: [m1]"));
      await server.isInForce(3);
      t.equal((await server.ask(token, { target: "m3" })).statusCode, 401);
    },
  );

  await t.test(
    "while the core is down keys are served, requests are 503 within a second, and then all is well again",
    async (t) => {
      const keys = (await server.app.inject("/auth/jwt/jwks.json")).body;
      const faults: Record<string, [begin: () => unknown, end: () => unknown]> = {
        stopped: [core.stop, core.start],
        frozen: [() => core.behave("frozen"), () => core.behave("works")],
      };
      for (const [name, [begin, end]] of Object.entries(faults)) {
        await begin();
        const { result: answer, ms } = await inTime(1_000, () => server.ask(token));
        t.ok(ms < 1_000, `${name}: ${ms} ms`);
        t.equal(answer.statusCode, 503);
        t.equal(answer.headers["retry-after"], "1");
        t.equal((await server.app.inject("/.well-known/jwks.json")).body, keys);
        t.ok(server.readiness().ok, "it is still ready: tokens that exist go on working");
        await end();
        t.equal((await server.ask(token)).statusCode, 200);
      }
    },
  );

  await t.test("decisions that cannot be written are named in readiness, and none is lost", async (t) => {
    const path = join(server.folder, `decisions-${new Date().toISOString().slice(0, 10)}.jsonl`);
    const last = (await server.ask(token, { target: "m9" })).json().decision_id;
    await until(() => readFileSync(path, "utf8").includes(last));
    rmSync(path);
    symlinkSync("/dev/full", path);
    const ids = [];
    for (const target of ["m9", "m9", "m2"]) ids.push((await server.ask(token, { target })).json().decision_id);
    await until(() => server.readiness().codes.includes("decisions_unwritable"));
    t.ok(server.readiness().ok);
    rmSync(path);
    const records = await server.decisions(3);
    t.strictSame(
      records.map(({ allowed }) => allowed),
      [false, false, true],
    );
    t.strictSame(
      records.slice(0, 2).map(({ decision_id }) => decision_id),
      ids.slice(0, 2),
    );
    await until(() => server.readiness().codes.length === 0);
  });
});

t.test("two servers in one state folder would each miss the other's cuts: the second one does not start", async (t) => {
  const server = await startServer(t, { core });
  await t.rejects(holdFolder(server.folder, 0), { message: /in use by another auth server/ });
  await server.stop();
  (await holdFolder(server.folder, 0))();
});

t.test("a state folder that cannot be used is an error at start", async (t) => {
  const folder = t.testdir({ "a-file": "" });
  const config = { stateFolder: join(folder, "a-file", "state") };
  await t.rejects(startServer(t, { core, config }), { code: "ENOTDIR" });
});
