import {
  type CutAnswer,
  isBlockList,
  isCredentialAnswer,
  isCredentialList,
  isCutAnswer,
  isForecast,
  isForgetAnswer,
  isKeptTokensAnswer,
  isKeyList,
  isPromoteAnswer,
  isReceiverList,
  isServerStatus,
  isStageAnswer,
  isUnblockAnswer,
  isWithdrawAnswer,
  paths,
  type Shape,
} from "@meshpass/protocol";
import t from "tap";
import { claimsOf } from "../../fake-signer.ts";
import { mapOf, startServer } from "../../start-server.ts";

const server = await startServer(t, { map: mapOf("  payments: [m2, m3]", "  m2: [m3]") });
await server.isReady();
server.core.hasKeysInterface = true;
const { operate, issue, ask, app } = server;
const m2 = await issue("m2");
const answerOf = async (...call: Parameters<typeof operate>) => (await operate(...call)).json();

t.test("a cut or block of a name that the map does not name says so, with the nearest, and is made", async (t) => {
  const unknown = async (path: string, body: object) => {
    const answer: CutAnswer = await answerOf("POST", path, body);
    t.ok(isCutAnswer(answer));
    return [answer.ends, answer.notInMap];
  };
  const payment = { name: "payment", nearest: "payments" };
  t.same(await unknown("/cuts", { service: "payment" }), ["caller payment", [payment]]);
  t.same(await unknown("/cuts", { caller: "payment", target: "m2" }), ["edge payment m2", [payment]]);
  t.same(await unknown("/cuts", { caller: "payments", target: "elsewhere" }), [
    "edge payments elsewhere",
    [{ name: "elsewhere" }],
  ]);
  t.same(await unknown("/cuts", { caller: "m9", target: "m9" }), ["edge m9 m9", [{ name: "m9", nearest: "m2" }]]);
  t.same(await unknown("/cuts", { target: "m33" }), ["target m33", [{ name: "m33", nearest: "m3" }]]);
  t.same(await unknown("/blocks", { caller: "payment", target: "m33" }), [
    "edge payment m33",
    [payment, { name: "m33", nearest: "m3" }],
  ]);
  t.same(await unknown("/blocks", { caller: "payment" }), ["caller payment", [payment]]);
  t.same(await unknown("/cuts", { caller: "payments", target: "m2" }), ["edge payments m2", []]);
  t.same(await unknown("/blocks", { caller: "m2" }), ["caller m2", []]);
  t.same((await unknown("/cuts", { jti: "payment" }))[1], [], "a jti is no name");
  t.same((await answerOf("POST", "/cuts", { service: "payment", dryRun: true })).notInMap, [payment]);
  for (const block of (await answerOf("GET", "/blocks")).blocks)
    await operate("DELETE", ["/blocks", block.caller, ...(block.target ? [block.target] : [])].join("/"));
});

t.test("a dry run of a single token says whose it is, by the record of decisions", async (t) => {
  const { accessToken } = (await ask(m2.token, { target: "m3" })).json();
  const { jti, exp } = claimsOf(accessToken);
  await server.decisions(1, (line) => line.jti === jti);
  const { recorded, wouldEnd } = await answerOf("POST", "/cuts", { jti, dryRun: true });
  t.match(wouldEnd, [{ caller: "m2", target: "m3", count: 1, endsAt: exp }]);
  t.match(recorded, { looked: "everywhere", token: { caller: "m2", target: "m3", expiresAt: exp, at: Number } });
  t.ok(Math.abs(recorded.token.at - server.clock()) < 10_000);
  t.same((await answerOf("POST", "/cuts", { jti: m2.jti, dryRun: true })).recorded, { looked: "everywhere" });
  t.equal((await answerOf("POST", "/cuts", { service: "m2", dryRun: true })).recorded, undefined);
});

t.test("what each route answers has the shape by which the tool reads it", async (t) => {
  const credential = await answerOf("POST", "/credentials", { service: "m3" });
  const confirmation = { instance: "7c1e", version: "1", epoch: 0, head: 0, kids: [], keysAgeSeconds: null, now: 1 };
  const headers = { authorization: `Bearer ${credential.token}` };
  await server.follow(credential.token, "7c1e");
  await app.inject({ method: "POST", url: paths.confirmations, headers, payload: confirmation });
  const { accessToken } = (await ask(m2.token, { target: "m3" })).json();
  const staged = await answerOf("POST", "/keys", { action: "stage" });
  await operate("POST", "/blocks", { caller: "m2", target: "m2" });
  const { jti } = claimsOf(accessToken);
  const calls: readonly (readonly [Shape<unknown>, ...Parameters<typeof operate>])[] = [
    [isServerStatus, "GET", "/status"],
    [isCredentialList, "GET", "/credentials"],
    [isBlockList, "GET", "/blocks"],
    [isReceiverList, "GET", "/receivers"],
    [isKeyList, "GET", "/keys"],
    [isForecast, "POST", "/cuts", { everything: true, dryRun: true }],
    [isForecast, "POST", "/cuts", { jti, dryRun: true }],
    [isCutAnswer, "POST", "/cuts", { caller: "m2", target: "m3" }],
    [isCutAnswer, "POST", "/cuts", { everything: true }],
    [isUnblockAnswer, "DELETE", "/blocks/m2/m2"],
    [isStageAnswer, "POST", "/keys", { action: "stage" }],
    [isPromoteAnswer, "POST", "/keys", { action: "promote", kid: staged.staged, force: true }],
    [isWithdrawAnswer, "DELETE", `/keys/${staged.staged}`],
    [isForgetAnswer, "DELETE", "/receivers/m3/7c1e"],
    [isKeptTokensAnswer, "DELETE", `/credentials/${credential.jti}?keepTokens=true`],
    [isCutAnswer, "DELETE", `/credentials/${credential.jti}`],
    [isCutAnswer, "POST", "/cuts", { service: "m2" }],
  ];
  t.ok(isCredentialAnswer(credential));
  for (const [isAnswer, ...call] of calls) {
    const answer = await operate(...call);
    t.equal(answer.statusCode, 200, call.join(" "));
    t.ok(isAnswer(answer.json()), `${call[0]} ${call[1]} ${answer.body}`);
  }
});
