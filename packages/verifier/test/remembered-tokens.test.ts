import t, { type Test } from "tap";
import { createKeys, createVerifier, type Keys } from "../src/index.ts";
import { type Door, doors, optionsFor } from "./doors.ts";
import {
  accessClaims,
  createOtherKey,
  createSigningKey,
  encode,
  now,
  type SigningKey,
  signToken,
} from "./fake-issuer.ts";

const key = createSigningKey("d-1");
const token = signToken(key, accessClaims);
const accepted = { status: 200, name: "m1" };
const refused = (reason: string) => ({ status: 401, error: "invalid_token", reason });

/** Keys that publish what `published` lists, loaded when the test says so. */
function createPublished(
  t: Test,
  ...published: SigningKey[]
): { keys: Keys; publish(...next: SigningKey[]): Promise<void> } {
  let current = published;
  const keys = createKeys({ load: async () => ({ keys: current.map(({ jwk }) => jwk) }), refreshSeconds: 3_600 });
  t.teardown(keys.close);
  const publish = (...next: SigningKey[]): Promise<void> => {
    current = next;
    return keys.refresh();
  };
  return { keys, publish };
}

for (const [name, openDoor] of Object.entries(doors)) {
  const open = async (t: Test, ...options: Parameters<typeof optionsFor>): Promise<Door> => {
    const door = await openDoor(optionsFor(...options));
    t.teardown(door.close);
    return door;
  };

  t.test(`at the ${name} door a remembered token`, async (t) => {
    t.test("is refused once its key is withdrawn, at once", async (t) => {
      const { keys, publish } = createPublished(t, key);
      const door = await open(t, keys);
      t.same(await door.show(token), accepted);
      await publish(createSigningKey("d-2"));
      t.same(await door.show(token), refused("unknown_kid"));
      await publish(key);
      t.same(await door.show(token), accepted, "and works again when the key is back");
    });

    t.test("is refused once another key has its kid", async (t) => {
      const { keys, publish } = createPublished(t, key);
      const door = await open(t, keys);
      t.same(await door.show(token), accepted);
      await publish(createOtherKey(key));
      t.same(await door.show(token), refused("bad_signature"));
    });

    t.test("is refused once it has expired, and when the clock steps back before its iat", async (t) => {
      const { keys } = createPublished(t, key);
      const time = { now };
      const door = await open(t, keys, { clock: () => time.now * 1_000 });
      t.same(await door.show(token), accepted);
      time.now = now + 304;
      t.same(await door.show(token), accepted, "within the tolerance");
      time.now = now + 305;
      t.same(await door.show(token), refused("expired"));
      time.now = now;
      t.same(await door.show(token), accepted);
      time.now = now - 6;
      t.same(await door.show(token), refused("issued_in_future"));
    });

    t.test(
      "lends nothing to a forgery of the same claims, nor to another's, whatever a caller asks for (CVE-2026-35039, GHSA-rp9m-7r4c-75qg)",
      async (t) => {
        const { keys } = createPublished(t, key);
        const door = await open(t, keys, { cacheKeyBuilder: () => "the same for all" } as object);
        t.same(await door.show(token), accepted);
        t.same(await door.show(signToken(key, { ...accessClaims, sub: "m3" })), { status: 200, name: "m3" });
        const forgery = `${token.slice(0, token.lastIndexOf("."))}.${encode(Buffer.alloc(256, 1))}`;
        t.same(await door.show(forgery), refused("bad_signature"));
        t.same(await door.show(token), accepted);
      },
    );

    t.test("gives the same answer every time, as one that is not remembered does (CVE-2026-35040)", async (t) => {
      const { keys } = createPublished(t, key);
      const bad = signToken(key, { ...accessClaims, aud: "m3" });
      for (const cacheSize of [0, 10]) {
        const door = await open(t, keys, { cacheSize });
        const statuses = new Set<string>();
        for (let at = 0; at < 170; at += 1) {
          const shown = [await door.show(token), await door.show(token), await door.show(bad)];
          statuses.add(shown.map(({ status }) => status).join());
        }
        t.strictSame([...statuses], ["200,200,401"]);
      }
    });

    t.test("means nothing at a verifier of another audience, issuer or key set (CVE-2026-33496)", async (t) => {
      const { keys } = createPublished(t, key);
      t.same(await (await open(t, keys)).show(token), accepted);
      t.same(await (await open(t, keys, { audience: "m3" })).show(token), refused("wrong_audience"));
      t.same(await (await open(t, keys, { issuers: ["other"] })).show(token), refused("wrong_issuer"));
      const another = createPublished(t, createOtherKey(key));
      t.same(await (await open(t, another.keys)).show(token), refused("bad_signature"));
    });
  });

  t.test(`at the ${name} door a clock that gives no number refuses everything`, async (t) => {
    const { keys } = createPublished(t, key);
    const time = { now };
    const door = await open(t, keys, { clock: () => time.now * 1_000 });
    t.same(await door.show(token), accepted);
    time.now = Number.NaN;
    t.same(await door.show(token), refused("expired"));
  });

  t.test(`at the ${name} door no keys is keys_unavailable, and mends itself`, async (t) => {
    const source = { answer: {} };
    const keys = createKeys({ load: async () => source.answer });
    t.teardown(keys.close);
    const door = await open(t, keys);
    t.match(await door.show(token), { status: 503, error: "keys_unavailable", reason: "jwks_malformed" });
    source.answer = { keys: [key.jwk] };
    await keys.refresh();
    t.same(await door.show(token), accepted);
  });
}

t.test("a token gives its caller at once, unless the keys have to be waited for", async (t) => {
  const { keys } = createPublished(t, key);
  const verifier = createVerifier(optionsFor(keys));
  const first = verifier.verify(token);
  t.ok(first instanceof Promise);
  const caller = await first;
  t.equal(verifier.verify(token), caller, "it is remembered");
  await t.rejects(Promise.all([verifier.verify(token), verifier.verify(`${token}=`)]), {
    reason: "not_canonical",
  } as never);
  const forgetful = createVerifier(optionsFor(keys, { cacheSize: 0 }));
  const again = [forgetful.verify(token), forgetful.verify(token)];
  t.match(again, [{ name: "m1" }, { name: "m1" }]);
  t.not(again[0], again[1], "with cacheSize 0 nothing is remembered");
});

t.test("one reader of a caller cannot change it for the next", async (t) => {
  const { keys } = createPublished(t, key);
  const verifier = createVerifier(optionsFor(keys));
  const scoped = signToken(key, { ...accessClaims, scope: "read list", deep: { list: [1] } });
  const caller = await verifier.verify(scoped);
  (caller.scopes as Set<string>).add("admin");
  t.same([...(await verifier.verify(scoped)).scopes], ["read", "list"]);
  t.throws(() => Object.assign(caller, { name: "m9" }), TypeError);
  t.throws(() => Object.assign(caller.claims, { sub: "m9" }), TypeError);
  t.throws(() => Object.assign(caller.claims.deep as object, { x: 1 }), TypeError);
  t.throws(() => Object.assign((caller.claims.deep as { list: object }).list, [2]), TypeError);
});
