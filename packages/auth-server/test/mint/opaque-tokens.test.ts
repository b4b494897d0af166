import { join } from "node:path";
import type { AccessTokenClaims, DelegatedTokenClaims } from "@meshpass/protocol";
import t from "tap";
import { openOpaqueTokens } from "../../src/mint/opaque-tokens.ts";
import { openStore } from "../../src/store/store.ts";
import { serverFolder } from "../server-folder.ts";

const now = 1_800_000_000;
const time = { now };
const clock = () => time.now * 1_000;
t.afterEach(() => {
  time.now = now;
});

const claimsFor = (jti: string, sub = "m1"): AccessTokenClaims => ({
  iss: "https://auth.example",
  sub,
  aud: "m2",
  iat: time.now,
  exp: time.now + 300,
  jti,
  token_use: "access",
  map: 1,
  gen: "1.0",
});

const delegatedTo = (client: string, claims: AccessTokenClaims): DelegatedTokenClaims => ({
  ...claims,
  token_use: "delegated",
  client_id: client,
  act: { sub: client },
  parents: [{ jti: "0" }],
});

t.test("a token is 64 hex digits, stands for its claims until they end, and no other text does", async (t) => {
  const store = await openStore(join(serverFolder(t), "store.sqlite"));
  t.teardown(() => store.close());
  const tokens = await openOpaqueTokens({ store, clock });
  const text = tokens.issue(claimsFor("1"));
  t.match(text, /^[0-9a-f]{64}$/);
  t.not(tokens.issue(claimsFor("1")), text);
  t.strictSame(tokens.find(text), claimsFor("1"));
  for (const other of ["", text.slice(1), `${text}0`, text.toUpperCase(), "0".repeat(64), "__proto__", "a.b.c"]) {
    t.equal(tokens.find(other), undefined, other);
  }
  time.now = now + 299;
  t.ok(tokens.find(text));
  time.now = now + 300;
  t.equal(tokens.find(text), undefined);
});

t.test("those that were stored are good after a restart, and the store holds none of their texts", async (t) => {
  const path = join(serverFolder(t), "store.sqlite");
  const first = await openStore(path);
  const tokens = await openOpaqueTokens({ store: first, clock });
  const [kept, lost] = [tokens.issue(claimsFor("1")), "later"];
  await tokens.save();
  const unsaved = tokens.issue(claimsFor("2"));
  t.notMatch(JSON.stringify(await first.opaqueTokens(now)), kept);
  await first.close();

  const second = await openStore(path);
  t.teardown(() => second.close());
  const again = await openOpaqueTokens({ store: second, clock });
  t.strictSame(again.find(kept), claimsFor("1"));
  t.equal(again.find(unsaved), undefined, lost);
  time.now = now + 300;
  await again.forgetExpired();
  t.strictSame(await second.opaqueTokens(0), []);
});

t.test("what the store does not take is stored with the next, and each once", async (t) => {
  const store = await openStore(join(serverFolder(t), "store.sqlite"));
  t.teardown(() => store.close());
  let isFailing = true;
  const addOpaqueTokens: typeof store.addOpaqueTokens = async (records) => {
    if (isFailing) throw new Error("disk full");
    await store.addOpaqueTokens(records);
  };
  const tokens = await openOpaqueTokens({ store: { ...store, addOpaqueTokens }, clock });
  tokens.issue(claimsFor("1"));
  await t.rejects(tokens.save(), { message: "disk full" });
  tokens.issue(claimsFor("2"));
  isFailing = false;
  await Promise.all([tokens.save(), tokens.save()]);
  t.equal((await store.opaqueTokens(now)).length, 2);
});

t.test("so many are held and no more; those that have expired make room", async (t) => {
  const store = await openStore(join(serverFolder(t), "store.sqlite"));
  t.teardown(() => store.close());
  const tokens = await openOpaqueTokens({ store, clock, maxTokens: 2 });
  tokens.issue(claimsFor("1"));
  tokens.issue(claimsFor("2"));
  t.throws(() => tokens.issue(claimsFor("3")), { code: "store_unavailable" });
  time.now = now + 300;
  t.ok(tokens.find(tokens.issue(claimsFor("3"))));
});

t.test("one caller takes its share and no more; others go on, and what expired is given back", async (t) => {
  const store = await openStore(join(serverFolder(t), "store.sqlite"));
  t.teardown(() => store.close());
  const tokens = await openOpaqueTokens({ store, clock, maxOfCaller: 2 });
  tokens.issue(claimsFor("1"));
  tokens.issue(claimsFor("2"));
  t.throws(() => tokens.issue(claimsFor("3")), { code: "store_unavailable" });
  t.ok(tokens.issue(claimsFor("4", "m2")));
  t.ok(tokens.issue(delegatedTo("m3", claimsFor("5"))), "a token on behalf of m1 is in the share of who asks for it");
  await tokens.save();
  const again = await openOpaqueTokens({ store, clock, maxOfCaller: 2 });
  t.throws(() => again.issue(claimsFor("5")), { code: "store_unavailable" }, "after a restart, too");
  time.now = now + 300;
  t.ok(tokens.issue(claimsFor("6")));
});

t.test("a batch is stored whole or not at all, so that the next try does not meet half of it", async (t) => {
  const store = await openStore(join(serverFolder(t), "store.sqlite"));
  t.teardown(() => store.close());
  const record = (hash: string) => ({ hash, claims: "{}", expiresAt: now + 300 });
  const many = Array.from({ length: 1_100 }, (_, at) => record(String(at)));
  await t.rejects(store.addOpaqueTokens([...many, record("0")]));
  t.strictSame(await store.opaqueTokens(now), []);
  await store.addOpaqueTokens(many);
  t.equal((await store.opaqueTokens(now)).length, 1_100);
});

t.test(
  "while the store takes nothing, no more wait for it than are held, and what has expired not at all",
  async (t) => {
    const store = await openStore(join(serverFolder(t), "store.sqlite"));
    t.teardown(() => store.close());
    let stored = -1;
    const addOpaqueTokens: typeof store.addOpaqueTokens = async (records) => {
      stored = records.length;
      throw new Error("disk full");
    };
    const tokens = await openOpaqueTokens({ store: { ...store, addOpaqueTokens }, clock, maxTokens: 2 });
    for (const jti of ["1", "2"]) tokens.issue(claimsFor(jti));
    await t.rejects(tokens.save());
    t.equal(stored, 2);
    t.throws(() => tokens.issue(claimsFor("3")), { code: "store_unavailable" });
    time.now = now + 300;
    tokens.issue(claimsFor("3"));
    await t.rejects(tokens.save());
    t.equal(stored, 1);
  },
);
