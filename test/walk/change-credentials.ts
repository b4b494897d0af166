import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { signAtCore } from "../attacks/core-token.ts";
import { type Answer, ask, postJson } from "./ask.ts";
import { meshpass } from "./meshpass.ts";
import type { Mesh } from "./start-mesh.ts";
import { until } from "./until.ts";

/** On another core no development credentials are made, and legacy ones must be accepted by configuration. */
const isEmbedded = process.env.SUPERTOKENS_CONNECTION_URI === undefined;

/** Issues, lists, revokes and cuts credentials of a mesh by command. */
export async function changeCredentials(t: Test, mesh: Mesh): Promise<void> {
  if (!isEmbedded) await acceptLegacy(mesh);
  const run = (...words: string[]) => meshpass(mesh, ...words);
  const mint = (token: string, target = "m2"): Promise<Answer> =>
    postJson(`${mesh.url("authServer")}/accesstoken`, { target }, token);
  const path = join(mesh.stateFolder, "credentials", "m1.jwt");

  await t.test("credential files are the bare JWT and a newline, for this user alone", async (t) => {
    for (const name of ["m1", "m2", "m3"]) {
      const file = join(mesh.stateFolder, "credentials", `${name}.jwt`);
      t.match(readFileSync(file, "utf8"), /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      t.equal(statSync(file).mode & 0o777, 0o600);
    }
    t.equal(statSync(mesh.stateFolder).mode & 0o777, 0o700);
    t.equal(statSync(join(mesh.stateFolder, "operator.jwt")).mode & 0o777, 0o600);
  });

  await t.test("an issued credential replaces the file and works", async (t) => {
    const { code, out } = await run("credentials", "issue", "m1", "--lifetime", "30d");
    t.equal(code, 0);
    t.match(out, /^m1: credential [0-9a-f-]{36}, good until \d{4}-\d\d-\d\d, in .*m1\.jwt\n$/);
    t.equal(statSync(path).mode & 0o777, 0o600);
    t.equal((await mint(mesh.credential("m1"))).status, 200);
    t.notOk(out.includes(mesh.credential("m1")), "it is not printed");
    if (isEmbedded) t.match((await run("credentials", "list", "m1")).out, /\bdev\n[\s\S]*\bactive\n/);
  });

  await t.test("a revoked credential gets no token", async (t) => {
    const token = mesh.credential("m1");
    const { jti } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    t.equal((await run("credentials", "revoke", jti)).code, 0);
    const refused = await mint(token);
    t.equal(refused.status, 401);
    t.match(JSON.parse(refused.text), { error: "invalid_credential", decision_id: /./ });
    t.equal((await run("credentials", "revoke", "nobody-knows-it")).code, 1);
  });

  await t.test("the service takes up a new credential by itself", async (t) => {
    await run("credentials", "issue", "m1");
    await until("m1 gets tokens again", async () => (await mesh.query("m1", "m2")).status === 200);
    t.pass("without a restart");
  });

  const legacyClaims = { iss: "auth-server", sub: "m1", aud: "auth-server" };
  const hundredYears = { static: true, validity: 3_153_600_000 };
  const legacy = await signAtCore(mesh, legacyClaims, hundredYears);

  await t.test(
    "a long-lived one made with curl at the core works, with a warning that names its replacement",
    async (t) => {
      t.equal((await mint(legacy)).status, 200);
      t.match(mesh.output(), /without a jti was accepted; replace it: pnpm meshpass credentials issue m1/);
      t.match((await run("credentials", "list", "m1")).out, /legacy/);
      t.notOk(mesh.output().includes(legacy));
    },
  );

  await t.test("cut ends every credential that exists, the legacy ones whatever their iat", async (t) => {
    const issued = mesh.credential("m1");
    const { code, out } = await run("cut", "m1");
    t.equal(code, 0);
    t.match(out, /m1: 2 credentials are dead/);
    t.equal((await mint(issued)).status, 401);
    t.equal((await mint(legacy)).status, 401);
    const future = Math.floor(Date.now() / 1_000) + 4;
    const later = await signAtCore(mesh, { ...legacyClaims, iat: future, exp: future + 1_000 }, hundredYears);
    t.equal((await mint(later)).status, 401, "one made after the cut");
    t.equal((await mint(mesh.credential("m2"))).status, 200, "nobody else is touched");
  });

  await t.test("what was ended stays ended over a restart, and is not made anew", async (t) => {
    const issued = mesh.credential("m1");
    const starts = mesh.output().split("Server auth server on").length;
    process.kill(mesh.pid("authServer"), "SIGKILL");
    await until("it is back", () => mesh.output().split("Server auth server on").length > starts, 15_000);
    t.equal((await mint(issued)).status, 401);
    t.equal((await mint(legacy)).status, 401);
    t.equal(mesh.credential("m1"), issued);
    await run("credentials", "issue", "m1");
    t.equal((await mint(mesh.credential("m1"))).status, 200, "a new one works");
  });

  await t.test("taking a service out of the map refuses its legacy credentials for good", async (t) => {
    const toM3 = await signAtCore(mesh, { ...legacyClaims, sub: "m3" }, hundredYears);
    t.equal((await mint(toM3, "m1")).status, 200);
    const map = readFileSync(mesh.mapPath, "utf8");
    const without = map
      .replace("  m3: [m1]\n", "")
      .replace(/ {2}- caller: m3\n.*\n.*\n/, "")
      .replaceAll("deny: [m3]", "deny: []");
    writeFileSync(mesh.mapPath, without);
    await until("m3 is out", async () => (await mint(toM3, "m1")).status === 401);
    writeFileSync(mesh.mapPath, map);
    await until("m3 is back", async () => (await mint(mesh.credential("m3"), "m1")).status === 200);
    t.equal((await mint(toM3, "m1")).status, 401);
  });

  await t.test("the operator interface wants an operator's token", async (t) => {
    const url = `${mesh.url("operator")}/credentials`;
    t.equal((await ask(url)).status, 401);
    for (const token of [mesh.credential("m2"), "x"]) {
      t.equal((await ask(url, { headers: { authorization: `Bearer ${token}` } })).status, 401);
    }
    const now = Math.floor(Date.now() / 1_000);
    const names = { iss: "auth-server", sub: "operator:eve", aud: "meshpass:operator", token_use: "operator" };
    const readOnly = { ...names, iat: now, exp: now + 600, jti: "e", role: "read" };
    const reader = await signAtCore(mesh, readOnly, { static: true });
    t.equal((await ask(url, { headers: { authorization: `Bearer ${reader}` } })).status, 200);
    t.equal((await postJson(url, { service: "m1" }, reader)).status, 403, "a reader issues nothing");
  });

  for (const name of ["m1", "m2", "m3"]) t.notOk(mesh.output().includes(mesh.credential(name)), "no secret in any log");
}

/** What a mesh on its own core does without being told. */
async function acceptLegacy(mesh: Mesh): Promise<void> {
  writeFileSync(join(mesh.mapPath, "..", "auth-server.yaml"), "legacyCredentials: accept\n");
  const starts = () => mesh.output().split("Server auth server on").length;
  const before = starts();
  process.kill(mesh.pid("authServer"), "SIGKILL");
  await until("the auth server is back", () => starts() > before, 15_000);
}
