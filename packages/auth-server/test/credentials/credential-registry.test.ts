import type { LegacyCredential } from "@meshpass/protocol";
import type { Caller } from "@meshpass/verifier";
import t from "tap";
import { openRegistry } from "../../src/credentials/credential-registry.ts";
import type { KeptCredential } from "../../src/credentials/kept-credential.ts";
import { createMemoryStore } from "./memory-store.ts";

const now = 1_800_000_000;
const credentialOf = (jti: string, service = "m1"): KeptCredential => {
  return { jti, service, type: "jwt", issuedAt: now - 10, expiresAt: now + 1_000, dev: false, revokedAt: undefined };
};
const callerOf = (jti: string, name = "m1", claims = {}) => ({ jti, name, claims, legacy: false }) as Caller;
const legacyOf = (name: string) => ({ jti: undefined, name, claims: {}, legacy: true }) as unknown as Caller;

async function open({
  staticKeyEnds = [],
  ...options
}: {
  development?: boolean;
  maxLegacyCredentials?: number;
  memory?: ReturnType<typeof createMemoryStore>;
  staticKeyEnds?: readonly number[];
} = {}) {
  const memory = options.memory ?? createMemoryStore();
  const firstUses: LegacyCredential[] = [];
  const time = { now };
  const registry = await openRegistry({
    store: memory.store,
    clock: () => time.now * 1_000,
    development: false,
    staticKeyEnds: () => staticKeyEnds,
    onLegacy: (credential) => firstUses.push(credential),
    ...options,
  });
  return { memory, registry, firstUses, time };
}

t.test("a credential is good only if it was issued here to that very service and not revoked since", async (t) => {
  const { registry } = await open();
  await registry.add(credentialOf("a"));
  t.equal(registry.refusalOf(callerOf("a")), undefined);
  t.equal(registry.admit(callerOf("a"), "token"), undefined);
  t.equal(registry.refusalOf(callerOf("b")), "not_issued_here");
  t.equal(registry.refusalOf(callerOf("a", "m2")), "not_issued_here");
  t.equal(registry.refusalOf({ ...callerOf("a"), jti: undefined }), "not_issued_here");
  t.equal(registry.refusalOf(callerOf("__proto__")), "not_issued_here");
  t.equal(await registry.revoke("a"), true);
  t.equal(registry.refusalOf(callerOf("a")), "revoked");
});

t.test("the jti of a secret or a key, which any list shows, is no JWT's", async (t) => {
  const { registry } = await open();
  await registry.add({ ...credentialOf("s"), type: "secret", secretHash: "00" });
  t.equal(registry.refusalOf(callerOf("s")), "not_issued_here");
  t.equal(registry.admit(callerOf("s"), "token"), "not_issued_here");
  t.equal(registry.recognize("token", "s"), undefined);
});

t.test("what was issued to a service is found by it, in order, whatever becomes of it", async (t) => {
  const { registry, memory, time } = await open();
  for (const jti of ["a", "b"]) await registry.add(credentialOf(jti));
  await registry.add({ ...credentialOf("c"), expiresAt: now + 2_000 });
  await registry.add(credentialOf("d", "__proto__"));
  const of = (service: string) => registry.credentialsOf(service).map(({ jti, revokedAt }) => [jti, revokedAt]);
  await registry.revoke("a");
  t.strictSame(of("m1"), [
    ["a", now],
    ["b", undefined],
    ["c", undefined],
  ]);
  t.strictSame(of("__proto__"), [["d", undefined]]);
  for (const service of ["m2", "constructor"]) t.strictSame(of(service), []);
  const again = await open({ memory });
  t.strictSame(again.registry.credentialsOf("m1"), registry.credentialsOf("m1"));
  time.now += 1_006;
  await registry.forgetExpired();
  t.strictSame(of("m1"), [["c", undefined]]);
  t.strictSame(of("__proto__"), []);
});

t.test("the withdrawal of a key of the core's ends the JWTs that it signed, and nothing else", async (t) => {
  const { registry } = await open({ staticKeyEnds: [now] });
  await registry.add(credentialOf("a"));
  await registry.add({ ...credentialOf("s"), type: "secret", secretHash: "00" });
  t.strictSame(
    registry.list().map(({ keyWithdrawnAt }) => keyWithdrawnAt),
    [now, undefined],
  );
  t.equal(registry.countGood("m1"), 1);
});

t.test("revoking twice keeps the first time; revoking what is not there says so", async (t) => {
  const { registry, time } = await open();
  await registry.add(credentialOf("a"));
  await registry.revoke("a");
  time.now += 10;
  t.equal(await registry.revoke("a"), true);
  t.equal(registry.list()[0]?.revokedAt, now);
  t.equal(await registry.revoke("b"), false);
});

t.test("a development credential is good only where development is", async (t) => {
  for (const development of [false, true]) {
    const { registry } = await open({ development });
    await registry.add({ ...credentialOf("a"), dev: true });
    const expected = development ? undefined : "dev_credential";
    t.equal(registry.refusalOf(callerOf("a", "m1", { dev: true })), expected);
  }
});

t.test("a cut ends every credential of a service, counts them, and ends the legacy ones for good", async (t) => {
  const { registry, memory } = await open();
  for (const jti of ["a", "b"]) await registry.add(credentialOf(jti));
  await registry.add(credentialOf("c", "m2"));
  await registry.revoke("b");
  t.equal(registry.admit(legacyOf("m1"), "old"), undefined);
  t.equal(await registry.cut("m1"), 1);
  t.equal(registry.refusalOf(callerOf("a")), "revoked");
  t.equal(registry.refusalOf(callerOf("c", "m2")), undefined);
  t.equal(registry.refusalOf(legacyOf("m1")), "legacy_cut");
  t.equal(registry.admit(legacyOf("m1"), "never shown before"), "legacy_cut");
  t.equal(registry.admit(legacyOf("m2"), "of another service"), undefined);
  const again = await open({ memory });
  t.equal(again.registry.admit(legacyOf("m1"), "old"), "legacy_cut", "also after a restart");
  t.equal(again.registry.refusalOf(callerOf("a")), "revoked");
});

t.test("what was issued before a static key was withdrawn is dead, and no cut counts it", async (t) => {
  const staticKeyEnds: number[] = [];
  const { registry, memory } = await open({ staticKeyEnds });
  await registry.add(credentialOf("a"));
  await registry.add({ ...credentialOf("b"), issuedAt: now - 5 });
  await registry.add({ ...credentialOf("expired"), expiresAt: now - 1 });
  registry.admit(legacyOf("m1"), "old");
  t.equal(registry.countGood("m1"), 2);
  staticKeyEnds.push(now - 5, now + 1);
  const ends = registry.list().map(({ jti, keyWithdrawnAt }) => [jti, keyWithdrawnAt]);
  t.same(ends, [
    ["a", now - 5],
    ["b", now + 1],
    ["expired", now - 5],
  ]);
  t.match(registry.listLegacy(), [{ service: "m1", keyWithdrawnAt: now + 1 }]);
  await registry.add({ ...credentialOf("c"), issuedAt: now + 1 });
  t.equal(registry.countGood("m1"), 1, "the next one is signed by another key");
  t.equal(await registry.cut("m1"), 1);
  t.same(
    registry.list().map(({ revokedAt }) => revokedAt),
    [now, now, now, now],
    "dead or not, they are revoked, as the store has it",
  );
  t.same(
    (await memory.store.credentials()).map((credential) => "keyWithdrawnAt" in credential),
    [false, false, false, false],
  );
});

t.test("a credential is recognized by the jti that it claims, or by its text, for as long as it is good", async (t) => {
  const { registry, time } = await open();
  for (const jti of ["a", "b"]) await registry.add(credentialOf(jti));
  await registry.add({ ...credentialOf("dev"), dev: true });
  registry.admit(legacyOf("m2"), "old");
  const recognized = () => ["a", "b", "dev", "c", "__proto__", 7, null].map((jti) => registry.recognize("text", jti));
  t.same(recognized(), ["m1", "m1", undefined, undefined, undefined, undefined, undefined]);
  t.equal((await open({ development: true, memory: await devMemory() })).registry.recognize("text", "dev"), "m1");
  t.same(
    ["old", "text"].map((text) => registry.recognize(text, undefined)),
    ["m2", undefined],
  );
  await registry.revoke("b");
  await registry.cut("m2");
  t.same([...recognized().slice(0, 2), registry.recognize("old", undefined)], ["m1", undefined, undefined]);
  time.now += 1_000;
  t.equal(registry.recognize("text", "a"), undefined, "expired");
});

/** A store that knows a development credential. */
async function devMemory() {
  const memory = createMemoryStore();
  await memory.store.addCredential({ ...credentialOf("dev"), dev: true });
  return memory;
}

t.test("a legacy credential is noted once, at its first use, by a hash and never by its text", async (t) => {
  const { registry, firstUses, memory } = await open();
  registry.admit(legacyOf("m1"), "secret-text");
  registry.admit(legacyOf("m1"), "secret-text");
  t.equal(registry.refusalOf(legacyOf("m1")), undefined, "to ask is no use");
  t.match(firstUses, [{ service: "m1", firstUsedAt: now, hash: /^[0-9a-f]{64}$/ }]);
  t.equal(firstUses.length, 1);
  t.strictSame(memory.calls, [], "the request leaves the store alone");
  await registry.saveFirstUses();
  await registry.saveFirstUses();
  t.strictSame(memory.calls, ["add legacy"]);
  t.notMatch(JSON.stringify(registry.listLegacy()), /secret-text/);
  const again = await open({ memory });
  again.registry.admit(legacyOf("m1"), "secret-text");
  t.equal(again.firstUses.length, 0, "a restart is no first use");
});

t.test(
  "a first use that cannot be stored is kept for the next time, and the credential is good meanwhile",
  async (t) => {
    const { registry, memory } = await open();
    memory.failure = new Error("disk full");
    t.equal(registry.admit(legacyOf("m1"), "a"), undefined);
    await t.rejects(registry.saveFirstUses(), memory.failure);
    t.equal(registry.admit(legacyOf("m1"), "a"), undefined);
    memory.failure = undefined;
    await registry.saveFirstUses();
    t.strictSame(await memory.store.legacyCredentials(), registry.listLegacy());
  },
);

t.test("many first uses are stored some at a time, and none is left out", async (t) => {
  const { registry, memory } = await open();
  for (let token = 0; token < 1_001; token++) registry.admit(legacyOf("m1"), String(token));
  await registry.saveFirstUses();
  t.equal(memory.calls.length, 3);
  t.strictSame(await memory.store.legacyCredentials(), registry.listLegacy());
});

t.test("legacy credentials beyond a bound are refused; those that are known stay good", async (t) => {
  const { registry } = await open({ maxLegacyCredentials: 2 });
  for (const token of ["a", "b"]) t.equal(registry.admit(legacyOf("m1"), token), undefined);
  t.equal(registry.admit(legacyOf("m1"), "c"), "legacy_limit");
  t.equal(registry.admit(legacyOf("m1"), "a"), undefined);
  t.equal(registry.listLegacy().length, 2);
});

t.test("services that a map took out are noted", async (t) => {
  const { registry } = await open();
  registry.noteLegacyCuts(["m1"]);
  t.equal(registry.admit(legacyOf("m1"), "a"), "legacy_cut");
});

t.test("a change that the store does not take has not happened", async (t) => {
  const { registry, memory } = await open();
  await registry.add(credentialOf("a"));
  memory.failure = new Error("disk full");
  await t.rejects(registry.add(credentialOf("b")), memory.failure);
  await t.rejects(registry.revoke("a"), memory.failure);
  await t.rejects(registry.cut("m1"), memory.failure);
  await t.rejects(registry.forgetExpired(), memory.failure);
  t.equal(registry.refusalOf(callerOf("b")), "not_issued_here");
  t.equal(registry.refusalOf(callerOf("a")), undefined);
  t.equal(registry.refusalOf(legacyOf("m1")), undefined);
  memory.failure = undefined;
  t.equal(await registry.cut("m1"), 1, "and the next change goes through");
});

t.test("changes happen one after another, so that store and memory never disagree", async (t) => {
  const { registry, memory } = await open();
  memory.slowChange = "add";
  const added = registry.add(credentialOf("a"));
  const cut = registry.cut("m1");
  await Promise.all([added, cut]);
  t.equal(registry.refusalOf(callerOf("a")), "revoked");
  t.strictSame(await memory.store.credentials(), registry.list());
});

t.test("what has expired is forgotten, a little after it could last be shown", async (t) => {
  const { registry, memory, time } = await open();
  await registry.add(credentialOf("a"));
  time.now = now + 1_005;
  await registry.forgetExpired();
  t.equal(registry.list().length, 1);
  time.now = now + 1_006;
  await registry.forgetExpired();
  t.equal(registry.list().length, 0);
  t.strictSame(await memory.store.credentials(), []);
});
