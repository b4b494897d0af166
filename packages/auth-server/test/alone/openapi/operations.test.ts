import { once } from "node:events";
import { get } from "node:http";
import { accessTokenType, paths, tokenExchangeGrant } from "@meshpass/protocol";
import t from "tap";
import type { Expected } from "./driven-request.ts";
import { findAnswerProblem } from "./find-answer-problem.ts";
import { startServerWithClients } from "./prepare-client.ts";
import { requestsOf } from "./requests-of.ts";
import { type ServedOperation, servedOperations } from "./served-operations.ts";
import { createValues } from "./values-of.ts";

const server = await startServerWithClients(t);

/** Who asks, where it is not m1 alone: who has a quota of one token, who wants the words of Auth0, whom a token is for, who has a stream. */
const askers: ReadonlyMap<string, readonly string[]> = new Map([
  ["postAccesstoken", ["m1", "limited"]],
  ["postOauthToken", ["m1", "narrow"]],
  ["postToken", ["gift"]],
  ["postOauthIntrospect", ["m2"]],
  ["postCutoffsConfirmations", ["m3"]],
]);

/** Of a good request: what it is about may be gone by then, or there already, and who asks may have asked too often. */
const usedUp: ReadonlySet<number> = new Set([404, 409, 429]);

function findSurprise(expected: Expected, status: number, isFirst: boolean): string | undefined {
  if (status >= 500) return `${status}, which no request may cause`;
  const isGood = status < 400 || (usedUp.has(status) && !isFirst);
  const isSurprise = (expected === "good" && !isGood) || (expected === "refused" && status < 400);
  return isSurprise ? `${status} to one that should be ${expected}` : undefined;
}

async function drive({ app, operation, check, schemas }: ServedOperation, client: string): Promise<string[]> {
  const { known, authorize } = await server.prepareClient(client);
  const values = createValues(schemas, known);
  const problems: string[] = [];
  for (const [at, { expected, ...request }] of requestsOf({ check, values, authorize }, operation).entries()) {
    const answer = await app.inject(request);
    const surprise = findSurprise(expected, answer.statusCode, at === 0);
    const problem = surprise ?? findAnswerProblem(check, operation, answer);
    if (problem !== undefined) problems.push(`${problem} <- ${JSON.stringify(request)}`.slice(0, 600));
  }
  return problems;
}

for (const served of servedOperations(server)) {
  const { method, path, operationId } = served.operation;
  for (const client of askers.get(operationId) ?? ["m1"]) {
    t.test(`${method} ${path} (${served.documentName}) answers ${client} as documented, good or bad`, async (t) => {
      t.strictSame(await drive(served, client), []);
    });
  }
}

t.test("what a delegated token says is told as documented", async (t) => {
  const { known, authorize } = await server.prepareClient("m1");
  const send = (url: string, authorization: string, payload: object) =>
    server.app.inject({ method: "POST", url, headers: { authorization }, payload });
  const exchange = { grant_type: tokenExchangeGrant, subject_token_type: accessTokenType };
  const { subject_token } = known;
  const exchanged = await send(paths.token, authorize("credential", undefined), { ...exchange, subject_token });
  const token = exchanged.json().access_token;
  const told = await send(paths.introspect, authorize("operatorToken", "read"), { token });
  t.match(told.json(), { active: true, token_use: "delegated", act: { sub: "m1" }, parents: [{}] });
  const served = servedOperations(server).find(({ operation }) => operation.operationId === "postOauthIntrospect");
  t.equal(served && findAnswerProblem(served.check, served.operation, told), undefined);
});

t.test("a stream of cuts has the documented content type", async (t) => {
  const headers = { accept: "text/event-stream" };
  const [answer] = await once(get(`${server.app.listeningOrigin}/cutoffs`, { headers }), "response");
  answer.destroy();
  const [type] = answer.headers["content-type"].split(";");
  const feed = servedOperations(server).find(({ operation }) => operation.operationId === "getCutoffs");
  t.ok(feed?.operation.responses.get(answer.statusCode)?.content?.[type], type);
});
