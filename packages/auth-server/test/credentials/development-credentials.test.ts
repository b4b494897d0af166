import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createKeys, createVerifier } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { openRegistry } from "../../src/credentials/credential-registry.ts";
import { keepDevelopmentCredentials } from "../../src/credentials/development-credentials.ts";
import { issueCredential } from "../../src/credentials/issue-credential.ts";
import { claimsOf, createFakeKey, createFakeSigner, signClaims } from "../fake-signer.ts";
import { until } from "../until.ts";
import { createMemoryStore } from "./memory-store.ts";

const begin = 1_800_000_000;
const day = 86_400;
const signer = createFakeSigner();

async function createMesh(t: Test) {
  const time = { now: begin };
  const clock = () => time.now * 1_000;
  const ignore = () => undefined;
  const { store } = createMemoryStore();
  const staticKeyEnds = () => [];
  const registry = await openRegistry({ store, clock, development: true, staticKeyEnds, onLegacy: ignore });
  const state = { isUp: true };
  const load = () => (state.isUp ? signer.jwks() : Promise.reject(new Error("down")));
  const keys = createKeys({ load, clock });
  t.teardown(() => keys.close());
  await until(() => keys.ready());
  const verifier = createVerifier({
    issuers: ["auth-server"],
    audience: "auth-server",
    kind: "credential",
    keys,
    clock,
    legacyCredentials: true,
  });
  const folder = join(t.testdir(), "credentials");
  const issuer = { core: signer, keys, registry, clock };
  const verify = (token: string) => verifier.verify(token);
  const pathOf = (service: string) => join(folder, `${service}.jwt`);
  return {
    time,
    state,
    registry,
    issuer,
    pathOf,
    keep: () => keepDevelopmentCredentials({ ...issuer, folder, services: ["m1", "m2"], verify }),
    read: (service = "m1") => readFileSync(pathOf(service), "utf8"),
  };
}

t.test("each service gets a file with the bare JWT and a newline, good for 7 days, for its owner alone", async (t) => {
  const mesh = await createMesh(t);
  await mesh.keep();
  for (const service of ["m1", "m2"]) {
    t.match(mesh.read(service), /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    t.match(claimsOf(mesh.read(service)), { sub: service, dev: true, iat: begin, exp: begin + 7 * day });
    t.equal((statSync(mesh.pathOf(service)).mode & 0o777).toString(8), "600");
  }
});

t.test("a file that is good is left alone, until half of its life is over", async (t) => {
  const mesh = await createMesh(t);
  await mesh.keep();
  const first = mesh.read();
  mesh.time.now = begin + 3.5 * day - 1;
  await mesh.keep();
  t.equal(mesh.read(), first);
  mesh.time.now += 1;
  await mesh.keep();
  t.not(mesh.read(), first);
});

t.test("a file that is missing, broken, of another core, another store or another service is made anew", async (t) => {
  const mesh = await createMesh(t);
  await mesh.keep();
  const good = claimsOf(mesh.read());
  for (const [name, text] of Object.entries({
    missing: undefined,
    empty: "",
    broken: "no token",
    "another core": signClaims(createFakeKey("s-other"), good),
    "another store": signClaims(signer.staticKey, { ...good, jti: "unknown" }),
    "another service": mesh.read("m2"),
  })) {
    if (text === undefined) rmSync(mesh.pathOf("m1"));
    else writeFileSync(mesh.pathOf("m1"), text);
    await mesh.keep();
    t.match(claimsOf(mesh.read()), { sub: "m1", dev: true }, name);
    t.not(mesh.read().trim(), text);
  }
});

t.test("a credential that an operator put there is left alone, however old", async (t) => {
  const mesh = await createMesh(t);
  const { token } = await issueCredential(mesh.issuer, { service: "m1", lifetimeSeconds: 10 * day });
  await mesh.keep();
  writeFileSync(mesh.pathOf("m1"), token);
  mesh.time.now += 9 * day;
  await mesh.keep();
  t.equal(mesh.read(), token);
});

t.test(
  "a revoked one is not replaced by a timer, not even past half of its life; deleting the file asks for it",
  async (t) => {
    const mesh = await createMesh(t);
    await mesh.keep();
    const first = mesh.read();
    await mesh.registry.cut("m1");
    await mesh.keep();
    t.equal(mesh.read(), first);
    mesh.time.now += 6 * day;
    await mesh.keep();
    t.equal(mesh.read(), first);
    rmSync(mesh.pathOf("m1"));
    await mesh.keep();
    t.not(mesh.read(), first);
  },
);

t.test("a service that was cut gets none when the key is withdrawn, while one that was not cut does", async (t) => {
  const mesh = await createMesh(t);
  await mesh.keep();
  const [first, second] = [mesh.read("m1"), mesh.read("m2")];
  await mesh.registry.cut("m1");
  signer.changeKeys({ action: "drop", kid: signer.staticKey.kid });
  await mesh.issuer.keys.refresh();
  await mesh.keep();
  t.equal(mesh.read("m1"), first);
  t.not(mesh.read("m2"), second);
  writeFileSync(mesh.pathOf("m2"), first);
  await mesh.keep();
  t.match(claimsOf(mesh.read("m2")), { sub: "m2" }, "what was cut is another service's");
});

t.test("a core that is not there is a failure to be tried again, and no file is touched", async (t) => {
  const mesh = await createMesh(t);
  await mesh.keep();
  const first = mesh.read();
  mesh.state.isUp = false;
  mesh.time.now += 2 * day;
  await t.rejects(mesh.keep(), { code: "keys_unavailable" });
  t.equal(mesh.read(), first);
});
