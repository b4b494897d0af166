import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { ask, askWith, postJson } from "./ask.ts";
import { inTime } from "./in-time.ts";
import { setEdgeToM3 } from "./set-edge-to-m3.ts";
import type { Mesh } from "./start-mesh.ts";
import { until } from "./until.ts";

const services = ["m1", "m2", "m3"] as const;
const allowed = new Set(["m1 m1", "m1 m2", "m2 m1", "m2 m2", "m3 m1"]);

/** Asks a new mesh for every pair, also while its map changes, and for what is no pair. */
export async function askNinePairs(t: Test, mesh: Mesh): Promise<void> {
  await t.test("each server says where it is, once it is ready", async (t) => {
    const port = (name: "authServer" | "m1" | "m2" | "m3"): string => mesh.url(name);
    for (const line of [
      `Server auth server on ${port("authServer")}`,
      ...services.map((name) => `Running microservice ${name} on ${port(name)}`),
      "Try: curl",
    ]) {
      t.ok(mesh.output().includes(line), line);
    }
  });

  await t.test("nine pairs: 200 with a greeting, or 401 with the error body", async (t) => {
    for (const caller of services) {
      for (const target of services) {
        const { status, text } = await mesh.query(caller, target);
        if (allowed.has(`${caller} ${target}`)) {
          t.equal(status, 200, `${caller} -> ${target}`);
          t.equal(text, `Hello to ${caller} from ${target}!`);
        } else {
          t.equal(status, 401, `${caller} -> ${target}`);
          t.match(JSON.parse(text), { error: "unauthorized_target", decision_id: /^[0-9a-f-]{36}$/ });
        }
      }
    }
  });

  await t.test("a refusal carries the id of its record in the decision log", async (t) => {
    const { decision_id } = JSON.parse((await mesh.query("m3", "m2")).text);
    const day = new Date().toISOString().slice(0, 10);
    const record = await until("the record is written", () =>
      readFileSync(join(mesh.stateFolder, `decisions-${day}.jsonl`), "utf8")
        .split("\n")
        .find((line) => line.includes(decision_id)),
    );
    t.match(JSON.parse(record), { caller: "m3", target: "m2", allowed: false, reason: "not_in_map", map: 1 });
  });

  await t.test("a name that is nobody's is refused before anybody is called", async (t) => {
    t.equal((await mesh.query("m1", "m9")).status, 404);
    for (const target of ["__proto__", "M1", "m1 ", "", 1, null, ["m1"], { name: "m1" }]) {
      t.equal((await mesh.query("m1", target)).status, 400, JSON.stringify(target));
    }
    const query = `${mesh.url("m1")}/query`;
    for (const body of ["", "{", "[]", '{"target":"m1","x":1}', '{"target":"m1","target":"m2"}']) {
      t.equal((await postJson(query, body)).status, 400, body);
    }
    t.equal((await mesh.query("m1", "constructor")).status, 404, "a good name that is not configured");
  });

  await t.test("an edge that is added works within a second, and is refused within two when it is gone", async (t) => {
    const timeTo = async (isThere: boolean): Promise<number> => {
      const begun = performance.now();
      setEdgeToM3(mesh, isThere);
      const status = isThere ? 200 : 401;
      await until(`m1 gets ${status}`, async () => (await mesh.query("m1", "m3")).status === status);
      return Math.round(performance.now() - begun);
    };
    const added: number[] = [];
    const removed: number[] = [];
    await inTime(1_500, async () => {
      added.push(await timeTo(true));
      removed.push(await timeTo(false));
    });
    t.ok(Math.min(...added) < 1_500, `in force after ${added} ms`);
    t.ok(Math.min(...removed) < 2_500, `over after ${removed} ms`);
    const token = mesh.credential("m1");
    t.equal((await postJson(`${mesh.url("authServer")}/accesstoken`, { target: "m3" }, token)).status, 401);
  });

  await t.test("a map that does not load leaves the last good one in force and says so", async (t) => {
    const good = readFileSync(mesh.mapPath, "utf8");
    writeFileSync(mesh.mapPath, good.replace("m3: [m1]", "m3: m1"));
    const ready = await until("readiness names it", async () => {
      const answer = await ask(`${mesh.url("authServer")}/readyz`);
      return answer.text.includes("map_stale") ? answer : undefined;
    });
    t.equal(ready.status, 200, "the process stays ready");
    t.equal((await mesh.query("m1", "m2")).status, 200);
    t.match(mesh.output(), /The map does not load/);
    writeFileSync(mesh.mapPath, good);
    await until(
      "it is well again",
      async () => !(await ask(`${mesh.url("authServer")}/readyz`)).text.includes("stale"),
    );
  });

  await t.test(
    "a copy of a token dies with its edge within two seconds, and stays dead when the edge is back",
    async (t) => {
      const mint = () => postJson(`${mesh.url("authServer")}/accesstoken`, { target: "m3" }, mesh.credential("m1"));
      const isAnswered = async (status: number) => (await mesh.query("m1", "m3")).status === status;
      const died: number[] = [];
      await inTime(2_000, async () => {
        setEdgeToM3(mesh, true);
        await until("m1 may call m3", () => isAnswered(200));
        const { accessToken: copy } = JSON.parse((await mint()).text);
        const show = async (): Promise<number> => (await askWith(copy, `${mesh.url("m3")}/hello`)).status;
        t.equal(await show(), 200);
        const begun = performance.now();
        setEdgeToM3(mesh, false);
        await until(
          "neither m1 nor who has a copy of its token gets in",
          async () => (await show()) === 401 && (await isAnswered(401)),
        );
        died.push(Math.round(performance.now() - begun));
        setEdgeToM3(mesh, true);
        await until("m1 gets in again", () => isAnswered(200));
        t.equal(await show(), 401, "the copy does not");
        setEdgeToM3(mesh, false);
        await until("all is as it was", () => isAnswered(401));
      });
      t.ok(Math.min(...died) < 2_000, `after ${died} ms`);
    },
  );

  await t.test("health, keys and metrics are there, and nothing is cached that must not be", async (t) => {
    const jwks = await ask(`${mesh.url("authServer")}/auth/jwt/jwks.json`);
    t.match(jwks.headers.get("cache-control"), /max-age=15/);
    const { keys } = JSON.parse(jwks.text);
    t.same(Object.keys(keys[0]).sort(), ["alg", "e", "kid", "kty", "n", "use"], "public members only");
    const again = await ask(`${mesh.url("authServer")}/.well-known/jwks.json`, {
      headers: { "if-none-match": jwks.headers.get("etag") ?? "" },
    });
    t.equal(again.status, 304);
    t.equal((await mesh.query("m1", "m2")).headers.get("cache-control"), "no-store");
    for (const name of ["authServer", ...services] as const) {
      t.equal((await ask(`${mesh.url(name)}/livez`)).status, 200);
      t.equal((await ask(`${mesh.url(name)}/readyz`)).status, 200);
      t.match((await ask(mesh.metricsUrl(name))).text, /http_request_duration_seconds/);
    }
  });
}
