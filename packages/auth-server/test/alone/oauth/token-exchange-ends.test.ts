import t from "tap";
import { claimsOf } from "../../fake-signer.ts";
import { createProofKey } from "../../proof-key.ts";
import { startExchange } from "./exchange-bench.ts";

const text = (m1: string): string => `version: 1
interactions:
  m1: [${m1}]
  m2: [{ target: m3, scopes: [read] }, m5]
  m3: [m4]
  m5: [m4]
...
`;
const services = ["m1", "m2", "m3", "m4"] as const;
const bench = await startExchange(t, text("m2"), services);
const { server, exchange, introspect, ask, askAlong, reasonOf } = bench;

t.test("a cut of any member, call or token of its chain ends it, and no token comes of it any more", async (t) => {
  for (const cut of [
    { caller: "m1", target: "m2" },
    { caller: "m2", target: "m3" },
    { target: "m2" },
    { target: "m3" },
    { service: "m1" },
    { service: "m2" },
    { everything: true },
    "its own jti",
    "the jti of the subject token",
  ]) {
    const what = JSON.stringify(cut);
    const subject = await ask("m1", "m2");
    const token = await tokenOf(exchange("m2", subject, { audience: "m3" }));
    t.match(await introspect("m3", token), { active: true }, what);
    const jti = claimsOf(cut === "its own jti" ? token : subject).jti;
    await server.operate("POST", "/cuts", typeof cut === "string" ? { jti } : cut);
    await Promise.all(services.map(bench.issue));
    t.strictSame(await introspect("m3", token), { active: false }, what);
    const onward = await exchange("m3", token, { audience: "m4" });
    t.equal(onward.json().error, "invalid_request", what);
    t.equal(await reasonOf(onward), "subject_token_refused");
  }
});

t.test("a cut of another edge of its members leaves it alone", async (t) => {
  const token = await askAlong(["m1", "m2"], "m3");
  for (const cut of [
    { caller: "m2", target: "m5" },
    { target: "m1" },
    { service: "m3" },
    { caller: "m1", target: "m3" },
  ])
    await server.operate("POST", "/cuts", cut);
  await bench.issue("m3");
  t.match(await introspect("m3", token), { active: true });
});

t.test("a subject token that was cut gives none, though the one who shows it may still call", async (t) => {
  const subject = await ask("m1", "m2");
  await server.operate("POST", "/cuts", { caller: "m1", target: "m2" });
  t.equal((await exchange("m2", subject, { audience: "m3" })).json().error, "invalid_request");
  t.match(claimsOf(await ask("m2", "m3")), { sub: "m2" });
  t.match(claimsOf(await askAlong(["m1", "m2"], "m3")), { sub: "m1" }, "nor is a new one touched");
});

t.test("a call on its way that is blocked gives none, wherever it stands", async (t) => {
  for (const block of [
    { caller: "m1", target: "m2" },
    { caller: "m2", target: "m3" },
  ]) {
    const subject = await askAlong(["m1", "m2"], "m3");
    const before = await ask("m1", "m2");
    await server.operate("POST", "/blocks", block);
    const answers = [
      await exchange("m3", subject, { audience: "m4" }),
      await exchange("m2", before, { audience: "m3" }),
    ];
    t.ok(
      answers.every(({ statusCode }) => statusCode === 400),
      JSON.stringify(block),
    );
    await server.operate("DELETE", `/blocks/${block.caller}/${block.target}`);
  }
});

t.test("what would stop is foretold with the whole way there", async (t) => {
  await server.operate("POST", "/cuts", { everything: true });
  await askAlong(["m1", "m2"], "m3");
  const foresee = async (cut: object) =>
    (await server.operate("POST", "/cuts", { ...cut, dryRun: true }))
      .json()
      .wouldEnd.map(({ before, caller, target }: Record<string, unknown>) => ({ before, caller, target }));
  const way = { before: ["m1"], caller: "m2", target: "m3" };
  t.strictSame(await foresee({ service: "m2" }), [way]);
  t.strictSame(await foresee({ service: "m1" }), [way, { before: undefined, caller: "m1", target: "m2" }]);
  t.strictSame(await foresee({ target: "m2" }), [way, { before: undefined, caller: "m1", target: "m2" }]);
  t.strictSame(await foresee({ caller: "m1", target: "m3" }), []);
});

t.test("a token of a subject token that is bound to a key is bound too, to the key of who calls on", async (t) => {
  const [first, second] = [createProofKey(server.clock), createProofKey(server.clock)];
  const subject = await ask("m1", "m2", {}, { dpop: first.prove() });
  t.strictSame(claimsOf(subject).cnf, { jkt: first.thumbprint });
  const answer = await exchange("m2", subject, { audience: "m3" });
  t.equal(answer.json().error, "invalid_dpop_proof");
  t.equal(await reasonOf(answer), "proof_missing");
  const bound = await exchange("m2", subject, { audience: "m3" }, { dpop: second.prove() });
  t.equal(bound.json().token_type, "DPoP");
  t.strictSame(claimsOf(bound.json().access_token).cnf, { jkt: second.thumbprint });
});

t.test("a map that takes a call on its way out ends it, and gives none until it is written again", async (t) => {
  const token = await askAlong(["m1", "m2"], "m3");
  server.saveMap(text("m5"));
  await server.isInForce(2);
  t.strictSame(await introspect("m3", token), { active: false });
  server.saveMap(text("m2"));
  await server.isInForce(3);
  t.strictSame(await introspect("m3", token), { active: false }, "the old one stays dead");
  t.match(await introspect("m3", await askAlong(["m1", "m2"], "m3")), { active: true });
});

async function tokenOf(answer: ReturnType<typeof exchange>): Promise<string> {
  const { statusCode, body } = await answer;
  if (statusCode !== 200) throw new Error(body);
  return JSON.parse(body).access_token;
}
