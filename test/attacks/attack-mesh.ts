import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, randomUUID, sign } from "node:crypto";
import type { Test } from "tap";
import { type Answer, ask, askWith, postJson } from "../walk/ask.ts";
import { isAlive } from "../walk/is-alive.ts";
import type { Mesh } from "../walk/start-mesh.ts";
import { attackCutoffs } from "./attack-cutoffs.ts";
import { sendBadBodies } from "./bad-bodies.ts";
import { signAtCore } from "./core-token.ts";
import { countJwksLoads, floodWithKids } from "./flood-of-kids.ts";
import { sendRaw } from "./send-raw.ts";
import { checkSlowBodies, type SlowBody } from "./slow-bodies.ts";

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part = ""): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString());

/** What an attack on a mesh needs to know of it. */
interface Attacked {
  /** Of its processes, from the start. */
  readonly pids: readonly number[];
  /** On their way already, since they take 10 s. */
  readonly slowBodies: Promise<readonly SlowBody[]>;
}

/** Attacks a running mesh in every way that we know of: each attack is refused, and no process has ended since the start. */
export async function attackMesh(t: Test, mesh: Mesh, { pids, slowBodies }: Attacked): Promise<void> {
  const mint = (token: string, body: unknown = { target: "m2" }): Promise<Answer> =>
    postJson(`${mesh.url("authServer")}/accesstoken`, body, token);
  const hello = (name: "m1" | "m2" | "m3", token: string): Promise<Answer> => askWith(token, `${mesh.url(name)}/hello`);
  const accessToken = async (caller: string, target: string): Promise<string> =>
    JSON.parse((await mint(mesh.credential(caller), { target })).text).accessToken;

  const credential = mesh.credential("m1");
  const toM2 = await accessToken("m1", "m2");
  const [head = "", body = "", signature = ""] = toM2.split(".");
  const kid = decode(head).kid as string;
  const now = Math.floor(Date.now() / 1_000);
  const access = { iss: "auth-server", sub: "m1", aud: "m2", iat: now, exp: now + 300, map: 1 };
  const good = { ...access, token_use: "access", gen: decode(body).gen as string };
  const asCredential = { ...access, aud: "auth-server", token_use: "credential" };
  const isRefused = (t: Test, answer: Answer, code: string, name: string): void => {
    t.equal(answer.status, 401, name);
    t.equal(JSON.parse(answer.text).error, code, `${name}: its code`);
  };

  t.equal((await hello("m2", toM2)).status, 200, "the control: an honest token passes");
  t.equal((await hello("m2", await signAtCore(mesh, { ...good, jti: "x" }, { static: false }))).status, 200);

  await t.test("a flood of made-up kids is refused one by one, loads the keys once, and holds nobody up", async (t) => {
    const count = 1_500;
    const loadsBefore = await countJwksLoads(mesh);
    const started = performance.now();
    let isOver = false;
    const flood = floodWithKids(mesh.url("m2"), count).finally(() => {
      isOver = true;
    });
    const honest: number[] = [];
    while (!isOver)
      honest.push((await hello("m2", honest.length % 2 === 0 ? toM2 : await accessToken("m2", "m2"))).status);
    t.same([...(await flood)], [["401", count]]);
    t.ok(honest.length > 2 && honest.every((status) => status === 200), `${honest.length} honest calls meanwhile`);
    // Beside that one, each of the three services loads them every 18 to 22 s, whatever anybody sends.
    const rounds = Math.ceil((performance.now() - started) / 18_000);
    const loads = (await countJwksLoads(mesh)) - loadsBefore;
    t.ok(loads >= 1 && loads <= 1 + 3 * rounds, `${loads} loads`);
  });

  await t.test("a receiver cannot become its caller: m2 replays m1's token at /accesstoken", async (t) => {
    isRefused(t, await mint(toM2), "invalid_credential", "m1's token for m2");
    isRefused(t, await mint(await accessToken("m1", "m1"), { target: "m1" }), "invalid_credential", "its own token");
  });

  await t.test("a credential opens no service", async (t) => {
    for (const name of ["m1", "m2", "m3"] as const) isRefused(t, await hello(name, credential), "invalid_token", name);
    const bare = await signAtCore(mesh, { iss: "auth-server", sub: "m1", aud: "auth-server" }, { static: true });
    isRefused(t, await hello("m1", bare), "invalid_token", "a legacy one");
  });

  await t.test("a token opens the one service that it is for, over all pairs", async (t) => {
    for (const target of ["m1", "m2"] as const) {
      const token = await accessToken("m1", target);
      for (const name of ["m1", "m2", "m3"] as const) {
        t.equal((await hello(name, token)).status, name === target ? 200 : 401, `for ${target}, shown to ${name}`);
      }
    }
  });

  await t.test("signed claims that are not all right are refused", async (t) => {
    const { aud: _aud, ...noAudience } = good;
    const { sub: _sub, ...noSubject } = good;
    const variants: Record<string, object> = {
      "right iss, wrong aud": { ...good, aud: "m3" },
      "right aud, wrong iss": { ...good, iss: "evil" },
      "iss as a list": { ...good, iss: ["auth-server", "evil"] },
      "aud as a list with the right one": { ...good, aud: ["m2", "m3"] },
      "aud that contains the right one": { ...good, aud: "m2m" },
      "no aud": noAudience,
      "no sub": noSubject,
      "sub constructor, in the grammar but of no access": { ...good, sub: "constructor", token_use: "credential" },
      "sub __proto__": { ...good, sub: "__proto__" },
      "sub as a list": { ...good, sub: ["m1"] },
      "sub empty": { ...good, sub: "" },
      "no exp": { ...good, exp: null },
      "exp in a hundred years": { ...good, exp: now + 3_153_600_000 },
      "exp as text": { ...good, exp: String(now + 300) },
      expired: { ...good, iat: now - 600, exp: now - 300 },
      "iat in the future": { ...good, iat: now + 60, exp: now + 360 },
      "another use": { ...good, token_use: "credential" },
      "no use": { ...access },
      "a claim that is not enforced here": { ...good, cnf: { jkt: "x" } },
    };
    for (const [name, claims] of Object.entries(variants)) {
      const token = await signAtCore(mesh, { jti: randomUUID(), ...claims }, { static: false });
      isRefused(t, await hello("m2", token), "invalid_token", name);
    }
    const noJti = await signAtCore(mesh, good, { static: false });
    isRefused(t, await hello("m2", noJti), "invalid_token", "no jti");
  });

  await t.test("a signed credential that was never issued here is refused", async (t) => {
    const jti = randomUUID();
    for (const [name, claims, isStatic] of [
      ["a jti that nobody knows", { ...asCredential, jti }, true],
      ["the rotating key", { ...asCredential, jti }, false],
      ["sub constructor", { ...asCredential, jti, sub: "constructor" }, true],
      ["sub __proto__", { ...asCredential, jti, sub: "__proto__" }, true],
      [
        "an operator's token",
        { ...asCredential, jti, aud: "meshpass:operator", sub: "operator:x", role: "issue" },
        true,
      ],
    ] as const) {
      const token = await signAtCore(mesh, claims, { static: isStatic });
      isRefused(t, await mint(token), "invalid_credential", name);
    }
    const stolen = decode(credential.split(".")[1]).jti;
    const other = await signAtCore(mesh, { ...asCredential, sub: "m3", jti: stolen }, { static: true });
    isRefused(t, await mint(other), "invalid_credential", "another service's jti");
  });

  await t.test("forgeries are refused, at services and at the auth server", async (t) => {
    const { keys } = JSON.parse((await ask(`${mesh.url("authServer")}/auth/jwt/jwks.json`)).text);
    const jwk: JsonWebKey = keys.find((key: { kid: string }) => key.kid === kid);
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    const spki = publicKey.export({ type: "spki", format: "pem" }).toString();
    const pkcs1 = publicKey.export({ type: "pkcs1", format: "pem" }).toString();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const foreign = (header: object, claims: object = good): string => {
      const input = `${encode(header)}.${encode({ jti: "x", ...claims })}`;
      return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
    };
    const hmac = (secret: string | Buffer): string => {
      const input = `${encode({ alg: "HS256", kid, typ: "JWT" })}.${encode({ jti: "x", ...good })}`;
      return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
    };
    const forged: Record<string, string> = {
      "unknown kid": foreign({ alg: "RS256", kid: `d-${Date.now()}`, typ: "JWT" }),
      "known kid, foreign key": foreign({ alg: "RS256", kid, typ: "JWT" }),
      "no kid": foreign({ alg: "RS256", typ: "JWT" }),
      "kid __proto__": foreign({ alg: "RS256", kid: "__proto__", typ: "JWT" }),
      "alg none": `${encode({ alg: "none", kid, typ: "JWT" })}.${body}.`,
      "alg none with a signature": `${encode({ alg: "none", kid, typ: "JWT" })}.${body}.${signature}`,
      "HS256 with the public key": hmac(spki),
      "HS256 with the public key, trimmed": hmac(spki.trim()),
      "HS256 with the public key in PKCS#1": hmac(pkcs1),
      "HS256 with the JWK": hmac(JSON.stringify(jwk)),
      "HS256 with the key in DER": hmac(publicKey.export({ type: "spki", format: "der" })),
      "HS256 with an empty secret": hmac(""),
      "a changed payload": `${head}.${encode({ ...decode(body), sub: "m2" })}.${signature}`,
      "a key in the header": foreign({ alg: "RS256", kid, typ: "JWT", jwk: privateKey.export({ format: "jwk" }).n }),
      jku: foreign({ alg: "RS256", kid, typ: "JWT", jku: "http://127.0.0.1:1/jwks" }),
      crit: foreign({ alg: "RS256", kid, typ: "JWT", crit: ["x"] }),
      "five parts": `${toM2}.a.b`,
      "two parts": `${head}.${body}`,
      garbage: "garbage",
      "a megabyte less the limit of a header": "x".repeat(12_000),
    };
    for (const [name, token] of Object.entries(forged)) {
      isRefused(t, await hello("m2", token), "invalid_token", name);
      isRefused(t, await mint(token), "invalid_credential", `${name}, as a credential`);
    }
  });

  await t.test("a token has one spelling", async (t) => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const last = alphabet.indexOf(toM2.at(-1) ?? "");
    const spellings = Array.from({ length: 16 }, (_, low) => toM2.slice(0, -1) + alphabet[(last & ~15) | low]);
    const passed = await Promise.all(spellings.map(async (token) => (await hello("m2", token)).status === 200));
    t.equal(passed.filter(Boolean).length, 1, "one of sixteen");
    isRefused(t, await hello("m2", `${toM2}=`), "invalid_token", "padding");
  });

  await t.test("the header is Bearer and one token, or it is refused", async (t) => {
    const send = async (header: string): Promise<string> => {
      const head = `GET /hello HTTP/1.1\r\nHost: x\r\nAuthorization: ${header}\r\nConnection: close\r\n\r\n`;
      return (await sendRaw(mesh.url("m2"), [head])).text;
    };
    t.match(await send(`bEaReR ${toM2}`), /^HTTP\/1\.1 200/, "the scheme's case does not matter");
    for (const header of [`Basic ${toM2}`, `DPoP ${toM2}`, `Bearer${toM2}`, toM2, "Bearer", "Bearer "]) {
      t.match(await send(header), /^HTTP\/1\.1 40[01] /, header.slice(0, 12));
    }
    t.match(await send(`Bearer ${toM2}\r\nAuthorization: Bearer ${toM2}`), /^HTTP\/1\.1 400 .*invalid_request/s, "two");
    t.match(await send(`Bearer ${toM2} ${toM2}`), /^HTTP\/1\.1 400 /, "two tokens in one header");
    const none = await ask(`${mesh.url("m2")}/hello`);
    t.equal(none.status, 401);
    t.equal(none.headers.get("www-authenticate"), 'Bearer realm="meshpass"', "no error code for no token");
  });

  await t.test("a body cannot add claims, and nothing in it is a 500", async (t) => {
    for (const field of ["exp", "iat", "iss", "sub", "aud", "validity", "claims", "scope"]) {
      t.equal((await mint(credential, { target: "m2", [field]: "m3" })).status, 400, field);
    }
    for (const text of ["", "[]", '"m2"', "7", '{"target":["m2"]}', "{}"]) {
      t.equal((await mint(credential, text)).status, 400, JSON.stringify(text));
    }
    t.equal((await ask(`${mesh.url("authServer")}/accesstoken`)).status, 405);
  });

  await t.test("names of Object.prototype are just names", async (t) => {
    for (const target of ["constructor", "then", "valueof", "hasownproperty", "length"]) {
      t.equal((await mint(credential, { target })).status, 401, target);
      t.equal((await mesh.query("m1", target)).status, 404, `${target} at /query`);
    }
  });

  await t.test("the feed of cut-offs opens nothing, and nobody speaks or cuts for others", (t) =>
    attackCutoffs(t, mesh, { credential, accessToken: toM2 }),
  );

  await t.test("a body that is not right is a 4xx, at every server that reads one", (t) => sendBadBodies(t, mesh));

  await t.test("a body that does not end is 408 and hung up on, while all others are answered", async (t) => {
    checkSlowBodies(t, await slowBodies);
  });

  await t.test("nothing of all this ended a process or changed an answer", async (t) => {
    t.equal((await mesh.query("m1", "m2")).text, "Hello to m1 from m2!");
    t.equal((await mint(credential)).status, 200);
    t.notMatch(mesh.output(), /ended \(|Unforeseen/);
    for (const pid of pids) t.ok(isAlive(pid));
    for (const secret of [credential, toM2]) t.notOk(mesh.output().includes(secret), "no token in any log");
  });
}
