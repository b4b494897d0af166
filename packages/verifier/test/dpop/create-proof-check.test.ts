import { createHmac } from "node:crypto";
import t from "tap";
import { createProofCheck } from "../../src/dpop/create-proof-check.ts";
import { createNonces } from "../../src/dpop/nonces.ts";
import { createProofReplays } from "../../src/dpop/proof-replays.ts";
import { VerifierError } from "../../src/verifier-error.ts";
import { encode, now } from "../fake-issuer.ts";
import { createProof, createProofKey, hashOf } from "./create-proof.ts";

const key = createProofKey();
const request = { method: "GET", url: "https://m2.example/hello" };
const time = { now };
const clock = () => time.now * 1_000;
t.afterEach(() => {
  time.now = now;
});

const check = (proof: string, more: { accessToken?: string } = {}) =>
  createProofCheck({ clock })({ ...request, proof, ...more });

t.test("a proof of each algorithm gives the thumbprint of its key (RFC 9449 section 4.3, RFC 7638)", async (t) => {
  for (const alg of ["ES256", "EdDSA", "Ed25519", "RS256", "PS256"] as const) {
    const other = createProofKey(alg);
    t.equal(await check(createProof(other)), other.thumbprint, alg);
  }
  t.equal(await check(createProof(key, {}, { jwk: { ...key.jwk, kid: "1", use: "sig" } })), key.thumbprint);
});

t.test("another form, header or key than a proof may have is refused before any signature is checked", async (t) => {
  const { d, ...rest } = key.privateKey.export({ format: "jwk" });
  const [header = "", payload = "", signature = ""] = createProof(key).split(".");
  const input = `${encode({ typ: "dpop+jwt", alg: "HS256", jwk: key.jwk })}.${payload}`;
  const macced = `${input}.${createHmac("sha256", JSON.stringify(key.jwk)).update(input).digest("base64url")}`;
  const rsa = createProofKey("RS256");
  const cases: Record<string, string> = {
    "no typ": createProof(key, {}, { typ: undefined }),
    "typ JWT": createProof(key, {}, { typ: "JWT" }),
    "alg none": createProof(key, {}, { alg: "none" }),
    "a MAC with the public key": macced,
    "alg of another key": createProof(key, {}, { alg: "RS256" }),
    "no jwk": createProof(key, {}, { jwk: undefined }),
    "jwk a text": createProof(key, {}, { jwk: "x" }),
    "a private key": createProof(key, {}, { jwk: { ...rest, d } }),
    "an oct key": createProof(key, {}, { jwk: { kty: "oct", k: "AAAA" } }),
    "another curve": createProof(key, {}, { jwk: { ...key.jwk, crv: "P-384" } }),
    "a huge RSA key": createProof(rsa, {}, { jwk: { ...rsa.jwk, n: "A".repeat(1_400) } }),
    "a small RSA key": createProof(rsa, {}, { jwk: { ...rsa.jwk, n: String(rsa.jwk.n).slice(0, 171) } }),
    "a huge exponent": createProof(rsa, {}, { jwk: { ...rsa.jwk, e: "AQABAQABAQAB" } }),
    "a critical header": createProof(key, {}, { crit: ["b64"] }),
    "b64 false": createProof(key, {}, { b64: false }),
    jku: createProof(key, {}, { jku: "https://evil.example" }),
    "no jti": createProof(key, { jti: undefined }),
    "an empty jti": createProof(key, { jti: "" }),
    "a long jti": createProof(key, { jti: "j".repeat(129) }),
    "no iat": createProof(key, { iat: undefined }),
    "iat a text": createProof(key, { iat: String(now) }),
    "no htm": createProof(key, { htm: undefined }),
    "htu a list": createProof(key, { htu: [request.url] }),
    "two parts": `${header}.${payload}`,
    "four parts": `${header}.${payload}.${signature}.x`,
    "not canonical": `${header}.${payload}=.${signature}`,
    "too long": createProof(key, { more: "x".repeat(8_192) }),
    nothing: "",
  };
  for (const [what, proof] of Object.entries(cases)) {
    await t.rejects(check(proof), { reason: "proof_malformed", code: "invalid_token" }, what);
  }
});

t.test("another signature than the key's is refused", async (t) => {
  const [header = "", payload = ""] = createProof(key).split(".");
  const [, , signature = ""] = createProof(createProofKey()).split(".");
  await t.rejects(check(`${header}.${payload}.${signature}`), new VerifierError("proof_bad_signature"));
  await t.rejects(check(`${header}.${payload}.AAAA`), new VerifierError("proof_bad_signature"));
  const offCurve = { ...key.jwk, x: "A".repeat(43) };
  await t.rejects(check(createProof(key, {}, { jwk: offCurve })), new VerifierError("proof_bad_signature"));
});

t.test("a proof is for one method and one address; query and fragment do not count", async (t) => {
  for (const [htm, htu] of [
    ["POST", request.url],
    ["get", request.url],
    ["GET", "https://m3.example/hello"],
    ["GET", "http://m2.example/hello"],
    ["GET", "https://m2.example/"],
    ["GET", "https://m2.example:444/hello"],
    ["GET", "/hello"],
    ["GET", ""],
  ] as const) {
    await t.rejects(
      check(createProof(key, { htm, htu })),
      new VerifierError("proof_of_other_request"),
      `${htm} ${htu}`,
    );
  }
  for (const htu of ["https://m2.example/hello?x=1#y", "https://M2.example:443/hello"]) {
    t.equal(await check(createProof(key, { htu })), key.thumbprint, htu);
  }
});

t.test("with a token it is for that token", async (t) => {
  t.equal(await check(createProof(key, { ath: hashOf("t-1") }), { accessToken: "t-1" }), key.thumbprint);
  for (const ath of [undefined, hashOf("t-2"), "t-1"]) {
    await t.rejects(
      check(createProof(key, { ath }), { accessToken: "t-1" }),
      new VerifierError("proof_of_other_token"),
    );
  }
});

t.test("it is good for a minute, with five seconds for the clocks", async (t) => {
  for (const [offset, isGood] of [
    [-64, true],
    [-65, false],
    [5, true],
    [6, false],
  ] as const) {
    const checked = check(createProof(key, { iat: now + offset }));
    if (isGood) t.equal(await checked, key.thumbprint);
    else await t.rejects(checked, new VerifierError("proof_out_of_time"));
  }
  const broken = createProofCheck({ clock: () => Number.NaN });
  await t.rejects(broken({ ...request, proof: createProof(key) }), new VerifierError("proof_out_of_time"));
});

t.test("no proof is taken twice, as long as it would be good; the jti of another key is another's", async (t) => {
  const checkProof = createProofCheck({ clock });
  const show = (proof: string) => checkProof({ ...request, proof });
  const proof = createProof(key, { jti: "one", iat: now });
  const both = await Promise.allSettled([show(proof), show(proof)]);
  t.same(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"], "at the same time neither");
  for (const later of [0, 30, 64]) {
    time.now = now + later;
    await t.rejects(show(proof), new VerifierError("proof_replayed"), `${later} s later`);
  }
  time.now = now;
  t.ok(await show(createProof(createProofKey(), { jti: "one" })));
});

t.test("what was refused is not remembered: nobody uses up another's proof", async (t) => {
  const checkProof = createProofCheck({ clock });
  const proof = createProof(key, { ath: hashOf("t-1") });
  await t.rejects(checkProof({ ...request, proof, accessToken: "t-2" }), new VerifierError("proof_of_other_token"));
  t.equal(await checkProof({ ...request, proof, accessToken: "t-1" }), key.thumbprint);
});

t.test("while as many are alive as are remembered no more are accepted; later they are", async (t) => {
  const checkProof = createProofCheck({ clock, maxProofs: 2 });
  const show = () => checkProof({ ...request, proof: createProof(createProofKey(), { iat: time.now }) });
  await show();
  await show();
  await t.rejects(show(), new VerifierError("too_many_proofs"));
  time.now = now + 200;
  t.ok(await show());
});

t.test("a proof is remembered for as long as it is good, whenever it came", async (t) => {
  for (let start = 0; start < 40; start += 1) {
    const replays = createProofReplays(1_000, 20);
    for (let at = 0; at <= start; at += 7) replays.note("k", `other ${at}`, { endsAt: at + 10, now: at });
    const note = (now: number) => replays.note("k", "it", { endsAt: start + 20, now });
    t.equal(note(start), "new");
    for (let at = start; at < start + 20; at += 1) t.equal(note(at), "replayed");
  }
});

t.test("one key takes a tenth of all places, so that it keeps nobody else out", async (t) => {
  const checkProof = createProofCheck({ clock, maxProofs: 20 });
  const show = (of = key) => checkProof({ ...request, proof: createProof(of) });
  await show();
  await show();
  await t.rejects(show(), new VerifierError("too_many_proofs"));
  t.ok(await show(createProofKey()));
});

t.test("proofs of another key than the token's take no place: a thief cannot fill them", async (t) => {
  const checkProof = createProofCheck({ clock, maxProofs: 10 });
  const thief = createProofKey();
  const show = (of: typeof key) =>
    checkProof({ ...request, proof: createProof(of, { ath: hashOf("t") }), accessToken: "t", boundTo: key.thumbprint });
  for (let count = 0; count < 20; count += 1) await t.rejects(show(thief), new VerifierError("proof_of_other_key"));
  t.equal(await show(key), key.thumbprint);
});

t.test(
  "a nonce is good for the rest of its five minutes and the next, and only ours is (RFC 9449 section 8)",
  async (t) => {
    const nonces = createNonces();
    const checkProof = createProofCheck({ clock, nonces });
    const show = (nonce: unknown) => checkProof({ ...request, proof: createProof(key, { nonce, iat: time.now }) });
    const nonce = nonces.current(now);
    t.ok(await show(nonce));
    time.now = now + 300;
    t.ok(await show(nonce));
    time.now = now + 600;
    for (const wrong of [nonce, undefined, "", "x", createNonces().current(time.now), 7, [nonces.current(time.now)]]) {
      await t.rejects(show(wrong), new VerifierError("proof_without_nonce"), String(wrong));
    }
  },
);
