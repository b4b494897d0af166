import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t from "tap";
import { findAnswerProblem } from "./find-answer-problem.ts";
import { startServerWithClients } from "./prepare-client.ts";
import { requestsOf } from "./requests-of.ts";
import { type ServedOperation, servedOperations } from "./served-operations.ts";
import { createValues } from "./values-of.ts";

const server = await startServerWithClients(t);
const { core, folder } = server;

/** Sends a good request of every operation once `fail` has come about. Gives what is not documented, and which 5xx came. */
async function failAll(fail: () => unknown) {
  const { known, authorize } = await server.prepareClient("m3");
  await fail();
  const send = async ({ app, operation, check, schemas }: ServedOperation) => {
    const values = createValues(schemas, known);
    const [{ expected: _, ...request }] = requestsOf({ check, values, authorize }, operation);
    const answer = await app.inject(request);
    const problem = findAnswerProblem(check, operation, answer);
    return {
      status: answer.statusCode,
      problems: problem === undefined ? [] : [`${operation.operationId}: ${problem}`],
    };
  };
  // All at once, since most of them wait until they give up.
  const sent = await Promise.all(servedOperations(server).map(send));
  const failed = sent.map(({ status }) => status).filter((status) => status >= 500);
  return { problems: sent.flatMap(({ problems }) => problems), statuses: [...new Set(failed)] };
}

t.test("without the core each operation answers as documented", async (t) => {
  t.strictSame(await failAll(core.stop), { problems: [], statuses: [503] });
  await core.start();
});

t.test("without the store each operation answers as documented", async (t) => {
  const other = new DatabaseSync(join(folder, "auth-server.sqlite"));
  t.strictSame(await failAll(() => other.exec("begin immediate")), { problems: [], statuses: [503] });
  other.exec("rollback");
  other.close();
});

t.test("over a core whose keys cannot be changed each operation answers as documented", async (t) => {
  const fail = () => {
    core.hasKeysInterface = false;
  };
  t.strictSame(await failAll(fail), { problems: [], statuses: [501] });
});
