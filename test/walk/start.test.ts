import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { runPageCommands } from "../docs/run-page-commands.ts";
import { ask } from "./ask.ts";
import { createPlace } from "./mesh-place.ts";
import { meshpass } from "./meshpass.ts";
import { runStart, type StartRun } from "./run-start.ts";
import { spawnMesh, startMesh, startMeshAt } from "./start-mesh.ts";
import { until } from "./until.ts";

// Each mostly waits, on a mesh of its own.
t.jobs = 3;

const ends = async (mesh: StartRun): Promise<number | null> => {
  if (mesh.child.exitCode === null) await once(mesh.child, "exit");
  return mesh.child.exitCode;
};

t.test("an unknown name lists the names", async (t) => {
  const mesh = await spawnMesh(t, {}, ["m9"]);
  t.equal(await ends(mesh), 1);
  t.match(mesh.output(), /m9.*core, auth-server, m1, m2, m3/);
});

t.test("a port in use is one line that names the port, exit code 1, and nothing stays behind", async (t) => {
  const place = await createPlace(t);
  const port = Number(new URL(place.url("authServer")).port);
  const server = createServer().listen(port, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  const mesh = runStart(t, place, []);
  t.equal(await ends(mesh), 1);
  const lines = mesh
    .output()
    .split("\n")
    .filter((line) => /in use/.test(line));
  t.match(lines, [new RegExp(`port ${port} is in use`)]);
  t.notMatch(mesh.output(), / at .*\.ts/, "no stack");
  await t.rejects(ask(`${place.url("core")}/hello`), "the core that was up already has gone too");
});

t.test("a mesh that is started again", async (t) => {
  const before = await startMesh(t);
  t.equal(await before.stop("SIGINT"), 0, "Ctrl-C ends it with exit code 0");
  await t.rejects(ask(`${before.url("m1")}/livez`), "and nothing is left");
  if (process.env.SUPERTOKENS_CONNECTION_URI === undefined) await t.rejects(ask(`${before.url("core")}/hello`));
  const mesh = await startMeshAt(t, before);

  await t.test("it waits for none of the receivers that it had before", async (t) => {
    const { code, out, err } = await meshpass(mesh, "cut", "m1", "m2");
    t.equal(code, 0, out + err);
    t.match(out, /^in force at 3 of 3 receivers/m);
  });

  await t.test("every command of the README, and of the page on running it, does what the page says", (t) =>
    runPageCommands(t, mesh),
  );

  await t.test("a child that dies is restarted, with one line", async (t) => {
    const pid = mesh.pid("m3");
    process.kill(pid, "SIGKILL");
    await until("m3 is back", async () => mesh.pid("m3") !== pid && (await mesh.query("m3", "m1")).status === 200);
    t.equal(mesh.output().match(/m3 ended \(SIGKILL\); starting it again in 0\.5 s/g)?.length, 1);
  });

  await t.test("when the supervisor is killed, its children end too", async (t) => {
    await mesh.stop("SIGKILL");
    await until("all are gone", async () => {
      const names = ["core", "authServer", "m1", "m2", "m3"] as const;
      const alive = await Promise.all(
        names.map((name) =>
          ask(`${mesh.url(name)}/livez`).then(
            () => 1,
            () => 0,
          ),
        ),
      );
      return alive.every((up) => up === 0);
    });
    t.pass("nothing is left");
  });
});

t.test("a service that is not ready", async (t) => {
  const mesh = await spawnMesh(t, {}, ["m1"]);

  await t.test("killed before it was ready it is started again", async (t) => {
    await until("it listens", () => mesh.pid("m1"));
    process.kill(mesh.pid("m1"), "SIGKILL");
    await until("it is started again", () => mesh.output().includes("m1 ended (SIGKILL); starting it again in 0.5 s"));
    await until("it listens again", () => mesh.pid("m1"));
    t.pass("and listens");
  });

  await t.test("after 5 s it is said to be waited for, once", async (t) => {
    await until("it is said", () => mesh.output().includes("waiting for m1\n"), 15_000);
    await sleep(200);
    t.equal(mesh.output().split("waiting for m1").length, 2);
  });

  t.equal(await mesh.stop(), 0);
});

t.test("one process starts by its name, and frozen it does not keep the rest from ending", async (t) => {
  const mesh = await spawnMesh(t, {}, ["core"]);
  await until("the core is ready", () => mesh.output().includes("Embedded core on"));
  t.equal((await ask(`${mesh.url("core")}/hello`)).text, "Hello\n");
  process.kill(mesh.pid("core"), "SIGSTOP");
  t.equal(await mesh.stop("SIGTERM"), 0);
  await t.rejects(ask(`${mesh.url("core")}/hello`));
});

t.test("a second Ctrl-C ends everything at once", async (t) => {
  const mesh = await spawnMesh(t, {}, ["core"]);
  await until("the core is ready", () => mesh.output().includes("Embedded core on"));
  process.kill(mesh.pid("core"), "SIGSTOP");
  const ended = mesh.stop("SIGINT");
  const started = performance.now();
  await sleep(200);
  mesh.child.kill("SIGINT");
  t.equal(await ended, 1);
  t.ok(performance.now() - started < 2_000);
});
