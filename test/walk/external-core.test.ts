import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCore, openKeyStore } from "@meshpass/embedded-core";
import t, { type Test } from "tap";
import { signAtCore } from "../attacks/core-token.ts";
import { postJson } from "./ask.ts";
import { meshFolder } from "./mesh-folder.ts";
import { meshpass } from "./meshpass.ts";
import { untilPrinted } from "./run-start.ts";
import { spawnMesh } from "./start-mesh.ts";
import { until } from "./until.ts";

const apiKey = "an-api-key-of-the-core-0123456789";

/** A core that the mesh does not start: behind a base path, with an app, and a key of its own. */
async function startExternalCore(t: Test): Promise<string> {
  const store = openKeyStore(join(meshFolder(t), "core.sqlite"));
  const core = await createCore({ store, apiKey, basePath: "/st/core" });
  t.teardown(() => core.close().then(() => store.close()));
  return `${await core.listen({ host: "127.0.0.1", port: 0 })}/st/core/appid-public`;
}

t.test("an address of a core switches everything to it", async (t) => {
  const uri = process.env.SUPERTOKENS_CONNECTION_URI ?? (await startExternalCore(t));
  const key = process.env.SUPERTOKENS_CONNECTION_URI === undefined ? apiKey : process.env.SUPERTOKENS_API_KEY;
  const mesh = await spawnMesh(t, { SUPERTOKENS_CONNECTION_URI: uri, SUPERTOKENS_API_KEY: key });
  await untilPrinted(mesh, "Server auth server on");

  await t.test("no core is started, no credential is made, and each service says how to get one", async (t) => {
    await until("all three say so", () =>
      ["m1", "m2", "m3"].every((name) => mesh.output().includes(`pnpm meshpass credentials issue ${name}`)),
    );
    t.notMatch(mesh.output(), /Embedded core|Running microservice/);
    t.throws(() => mesh.credential("m1"), /ENOENT/);
    const answer = await mesh.query("m1", "m2");
    t.equal(answer.status, 503);
    t.match(JSON.parse(answer.text), { error: "not_ready" });
  });

  await t.test("once they are issued by command, the mesh is ready by itself", async (t) => {
    for (const name of ["m1", "m2", "m3"]) t.equal((await meshpass(mesh, "credentials", "issue", name)).code, 0);
    await untilPrinted(mesh, "Try: curl");
    t.equal((await mesh.query("m1", "m2")).text, "Hello to m1 from m2!");
    t.equal((await mesh.query("m3", "m2")).status, 401);
  });

  await t.test("a legacy credential is refused here unless the configuration accepts it", async (t) => {
    const claims = { iss: "auth-server", sub: "m1", aud: "auth-server" };
    const legacy = await signAtCore(mesh, claims, { static: true, validity: 3_153_600_000 });
    const mint = () => postJson(`${mesh.url("authServer")}/accesstoken`, { target: "m2" }, legacy);
    t.equal((await mint()).status, 401);
    writeFileSync(join(mesh.mapPath, "..", "auth-server.yaml"), "legacyCredentials: accept\n");
    process.kill(mesh.pid("authServer"), "SIGKILL");
    await until("it is accepted", async () => (await mint()).status === 200, 15_000);
    t.match(mesh.output(), /A credential without a jti was accepted/);
  });
});
