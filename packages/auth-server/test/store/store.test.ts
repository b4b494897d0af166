import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import t, { type Test } from "tap";
import type { KeptCredential } from "../../src/credentials/kept-credential.ts";
import type { CredentialStore } from "../../src/store/credential-store.ts";
import { openStore } from "../../src/store/store.ts";
import { shippedTables } from "./shipped-tables.ts";

async function open(t: Test, folder = t.testdir()): Promise<{ store: CredentialStore; path: string }> {
  const path = join(folder, "state", "auth-server.sqlite");
  const store = await openStore(path);
  t.teardown(() => store.close());
  return { store, path };
}

const credentialOf = (jti: string, service = "m1", expiresAt = 2_000): KeptCredential => ({
  jti,
  service,
  type: "jwt",
  issuedAt: 1_000,
  expiresAt,
  dev: false,
  revokedAt: undefined,
});

t.test("the file is for its owner alone before anything is in it", async (t) => {
  const { path } = await open(t);
  t.equal((statSync(path).mode & 0o777).toString(8), "600");
  t.equal((statSync(join(path, "..")).mode & 0o777).toString(8), "700");
});

t.test("what was stored is there after a restart", async (t) => {
  const folder = t.testdir();
  const { store } = await open(t, folder);
  await store.addCredential(credentialOf("a"));
  await store.addCredential({ ...credentialOf("b"), dev: true });
  await store.revokeCredential("a", 1_500);
  await store.addLegacyCredentials([{ hash: "h", service: "m2", firstUsedAt: 1_100 }]);
  await store.cutService("m3", 1_600);
  const again = (await open(t, folder)).store;
  t.strictSame(await again.credentials(), [
    { ...credentialOf("a"), revokedAt: 1_500 },
    { ...credentialOf("b"), dev: true },
  ]);
  t.strictSame(await again.legacyCredentials(), [{ hash: "h", service: "m2", firstUsedAt: 1_100 }]);
  t.strictSame(await again.legacyCuts(), ["m3"]);
});

t.test("a secret is kept as its hash, a key as a JWK, and both as long as any credential", async (t) => {
  const folder = t.testdir();
  const { store } = await open(t, folder);
  const secret = { ...credentialOf("s"), type: "secret", secretHash: "ab".repeat(32) } as const;
  const publicKey = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", kid: "k" } as const;
  const key = { ...credentialOf("t"), type: "key", publicKey } as const;
  for (const credential of [secret, key]) await store.addCredential(credential);
  await store.revokeCredential("s", 1_500);
  t.strictSame(await (await open(t, folder)).store.credentials(), [{ ...secret, revokedAt: 1_500 }, key]);
  await store.cutService("m1", 1_600);
  t.strictSame(
    (await store.credentials()).map(({ revokedAt }) => revokedAt),
    [1_500, 1_600],
  );
  await store.forgetExpired(2_001);
  t.strictSame(await store.credentials(), []);
});

/** A store file of the version before secrets and keys, with what was in it. */
function createOlderStore(t: Test): string {
  const path = join(t.testdir(), "auth-server.sqlite");
  const database = new DatabaseSync(path);
  database.exec(shippedTables);
  database.exec(`insert into credentials values
    ('a', 'm1', 1000, 2000, 0, null), ('b', 'm1', 1001, 2000, 1, 1500), ('c', '__proto__', 1002, 2000, 0, null)`);
  database.close();
  return path;
}

t.test("a store of the version that knew JWTs alone opens without loss, and takes the others", async (t) => {
  const path = createOlderStore(t);
  const before = [
    credentialOf("a"),
    { ...credentialOf("b"), issuedAt: 1_001, dev: true, revokedAt: 1_500 },
    { ...credentialOf("c", "__proto__"), issuedAt: 1_002 },
  ];
  const secret = { ...credentialOf("s"), issuedAt: 1_100, type: "secret", secretHash: "ab".repeat(32) } as const;
  const first = await openStore(path);
  t.strictSame(await first.credentials(), before);
  await first.addCredential(secret);
  await first.close();
  const second = await openStore(path);
  t.teardown(() => second.close());
  t.strictSame(await second.credentials(), [...before, secret], "and once more, which changes nothing");
});

t.test("a store that two open at once is brought up to date by one of them", async (t) => {
  const path = createOlderStore(t);
  const stores = await Promise.all([openStore(path), openStore(path)]);
  for (const store of stores) t.equal((await store.credentials()).length, 3);
  for (const store of stores) await store.close();
});

t.test("a store with credentials of a type that a later version made is not opened", async (t) => {
  const path = createOlderStore(t);
  await (await openStore(path)).close();
  const database = new DatabaseSync(path);
  database.exec("update credentials set type = 'passkey' where jti = 'a'");
  database.close();
  await t.rejects(openStore(path), /cannot be used as the store \(a credential is of a type that is not known here\)/);
});

t.test("a jti stands once; a first use and a cut keep their first time", async (t) => {
  const { store } = await open(t);
  await store.addCredential(credentialOf("a"));
  await t.rejects(store.addCredential(credentialOf("a", "m2")));
  await store.addLegacyCredentials([{ hash: "h", service: "m2", firstUsedAt: 1_100 }]);
  await store.addLegacyCredentials([{ hash: "h", service: "m2", firstUsedAt: 1_200 }]);
  t.equal((await store.legacyCredentials())[0]?.firstUsedAt, 1_100);
  await store.cutService("m1", 1_300);
  await store.cutService("m1", 1_400);
  await store.revokeCredential("a", 1_500);
  t.equal((await store.credentials())[0]?.revokedAt, 1_300);
});

t.test("a cut ends the credentials of one service and of no other", async (t) => {
  const { store } = await open(t);
  for (const [jti, service] of Object.entries({ a: "m1", b: "m1", c: "m10" })) {
    await store.addCredential(credentialOf(jti, service));
  }
  await store.cutService("m1", 1_300);
  t.strictSame(
    (await store.credentials()).map(({ revokedAt }) => revokedAt),
    [1_300, 1_300, undefined],
  );
});

t.test("what has expired can be forgotten", async (t) => {
  const { store } = await open(t);
  await store.addCredential(credentialOf("a", "m1", 1_500));
  await store.addCredential(credentialOf("b", "m1", 2_500));
  await store.forgetExpired(2_000);
  t.strictSame(
    (await store.credentials()).map(({ jti }) => jti),
    ["b"],
  );
});

t.test("a file that is no database, or a folder that cannot be made, is an error at once", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "x.sqlite");
  writeFileSync(path, "this is no database, and long enough to be seen as one ".repeat(20));
  await t.rejects(openStore(path), /not a database/);
  await t.rejects(openStore(join(path, "under", "a-file.sqlite")), /ENOTDIR.*move it away/);
});

t.test("as many first uses as may come at once are stored", async (t) => {
  const { store } = await open(t);
  const all = Array.from({ length: 500 }, (_, n) => ({ hash: `h${n}`, service: "m1", firstUsedAt: n }));
  await store.addLegacyCredentials(all);
  t.strictSame(await store.legacyCredentials(), all);
});

t.test(
  "a store that another connection holds takes a change once it is let go, and no timer waits for it",
  async (t) => {
    const { store, path } = await open(t);
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    let isDone = false;
    const added = store.addCredential(credentialOf("a")).then(() => (isDone = true));
    const begun = performance.now();
    await sleep(200);
    t.ok(performance.now() - begun < 900, "the thread was free meanwhile");
    t.equal(isDone, false);
    other.exec("commit");
    other.close();
    await added;
    t.equal((await store.credentials()).length, 1);
  },
);

t.test("a store that stays held fails the change after a second, and takes the next one", async (t) => {
  const { store, path } = await open(t);
  const other = new DatabaseSync(path);
  other.exec("begin immediate");
  await t.rejects(store.cutService("m1", 1_000), /locked/);
  other.exec("commit");
  other.close();
  await store.addCredential(credentialOf("a"));
  await store.cutService("m1", 1_100);
  t.equal((await store.credentials())[0]?.revokedAt, 1_100);
});
