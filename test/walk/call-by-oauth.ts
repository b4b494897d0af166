import { readFileSync, writeFileSync } from "node:fs";
import type { Test } from "tap";
import { type Answer, ask, askWith } from "./ask.ts";
import { meshpass } from "./meshpass.ts";
import type { Mesh } from "./start-mesh.ts";
import { until } from "./until.ts";

const words = ["--type", "secret", "--print", "-o", "json"];

/** The OAuth door of a running mesh, by what curl could send. */
export async function callByOAuth(t: Test, mesh: Mesh): Promise<void> {
  const post = (path: string, form: Readonly<Record<string, string>>, id: string, secret: string): Promise<Answer> =>
    ask(`${mesh.url("authServer")}${path}`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}`, "cache-control": "no-cache" },
      body: new URLSearchParams(form),
    });
  /** Those that come after find the credentials that there were before. */
  const issueSecret = async (name: string): Promise<string> => {
    const { code, out, err } = await meshpass(mesh, "credentials", "issue", name, ...words);
    if (code !== 0) throw new Error(err);
    const { jti, clientSecret } = JSON.parse(out);
    t.teardown(() => meshpass(mesh, "credentials", "revoke", jti));
    return clientSecret;
  };
  const secrets = { m1: await issueSecret("m1"), m2: await issueSecret("m2") };
  const tokenFor = async (audience: string): Promise<string> =>
    JSON.parse((await post("/oauth/token", { grant_type: "client_credentials", audience }, "m1", secrets.m1)).text)
      .access_token;
  const hello = async (token: string): Promise<number> => (await askWith(token, `${mesh.url("m2")}/hello`)).status;
  const isActive = async (token: string): Promise<boolean> =>
    JSON.parse((await post("/oauth/introspect", { token }, "m2", secrets.m2)).text).active;

  await t.test("a token by a client's secret is good at its target, and at no other", async (t) => {
    const token = await tokenFor("m2");
    t.equal((await askWith(token, `${mesh.url("m2")}/hello`)).text, "Hello to m1 from m2!");
    t.equal((await askWith(token, `${mesh.url("m1")}/hello`)).status, 401);
    const refused = await post("/oauth/token", { grant_type: "client_credentials", audience: "m3" }, "m1", secrets.m1);
    t.equal(refused.status, 400);
    t.match(JSON.parse(refused.text), { error: "invalid_target", decision_id: String });
  });

  await t.test(
    "revoked by its client, and cut by an operator, it is dead at its target within the second",
    async (t) => {
      const [one, two] = [await tokenFor("m2"), await tokenFor("m2")];
      t.equal(await isActive(one), true);
      t.equal((await post("/oauth/revoke", { token: one }, "m1", secrets.m1)).status, 200);
      t.equal(await isActive(one), false);
      await until("m2 refuses it", async () => (await hello(one)) === 401);
      t.equal(await hello(two), 200);
      t.equal((await meshpass(mesh, "cut", "m1", "m2")).code, 0);
      t.equal(await hello(two), 401, "when the command has ended");
      t.equal(await hello(await tokenFor("m2")), 200);
    },
  );

  await t.test("a target that takes opaque tokens is called as any other, once the map says so", async (t) => {
    const map = readFileSync(mesh.mapPath, "utf8");
    t.teardown(() => writeFileSync(mesh.mapPath, map));
    const opaque = map.replace("  m1: [m1, m2]\n", "  m1: [m1, m2, m3]\n").replace(/tests:[\s\S]*$/, "");
    writeFileSync(mesh.mapPath, `${opaque}services:\n  m3: { token_format: opaque }\n...\n`);
    await until("m3 answers m1", async () => (await mesh.query("m1", "m3")).text === "Hello to m1 from m3!");
    const token = await tokenFor("m3");
    t.match(token, /^[0-9a-f]{64}$/);
    t.equal((await askWith(token, `${mesh.url("m3")}/hello`)).status, 200);
    t.equal((await askWith("0".repeat(64), `${mesh.url("m3")}/hello`)).status, 401);
    writeFileSync(mesh.mapPath, map);
    await until("the edge is gone", async () => (await askWith(token, `${mesh.url("m3")}/hello`)).status === 401);
    t.equal((await mesh.query("m1", "m3")).status, 401);
  });
}
