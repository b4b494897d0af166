import t, { type Test } from "tap";
import { runConsumer } from "../../../scripts/demo/consumer.ts";
import { type Asked, type Reply, startServer } from "./start-server.ts";

const challenge = { "www-authenticate": "Bearer" };
const tokens = { read: "a".repeat(64), write: "b".repeat(64) };
const granted = (scope: string) => ({
  access_token: scope === "read" ? tokens.read : tokens.write,
  token_type: "Bearer",
  expires_in: 3600,
  scope,
});

/** A provider as it should be, on which nothing was written. */
function createProvider(): (asked: Asked) => Reply {
  let resource: unknown = null;
  return ({ line, authorization = "", body }) => {
    const noStore = { "cache-control": "no-store" };
    if (line === "get /public") return [200, "moo"];
    if (line === "post /token") {
      const isRight = authorization === `Basic ${Buffer.from("consumer:right").toString("base64")}`;
      if (!isRight) return [401, '{"error":"invalid_client","decision_id":"d-1"}', challenge];
      return [200, JSON.stringify(granted(new URLSearchParams(body).get("scope") ?? "")), noStore];
    }
    if (authorization === "") return [401, "", challenge];
    if (!authorization.includes(tokens.read) && !authorization.includes(tokens.write))
      return [401, '{"error":"invalid_token"}', challenge];
    if (line === "get /read-resource") return [200, JSON.stringify({ resource })];
    if (authorization.includes(tokens.read)) return [403, '{"error":"insufficient_scope"}', challenge];
    resource = JSON.parse(body).value;
    return [200, '{"message":"resource created"}'];
  };
}

/** Runs the consumer; `change` may answer the request of a number, from 1, in the provider's place. */
async function run(t: Test, change: (count: number, reply: Reply) => Reply = (_, reply) => reply) {
  const provider = createProvider();
  let count = 0;
  const url = await startServer(t, (asked) => change(++count, provider(asked)));
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  const done = runConsumer({ url, clientId: "consumer", secret: "right", writeScope: "read write", print });
  const problem = await done.then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { problem, printed };
}

t.test("against a provider as it should be all eight steps pass", async (t) => {
  const { problem, printed } = await run(t);
  t.equal(problem, undefined);
  t.equal(printed.filter((line) => line.startsWith("[Provider]")).length, 8);
  t.notMatch(printed.join(), "d-1", "an error is shown as OAuth has it");
  t.notMatch(printed.join(), tokens.write, "the token to write with is not printed");
});

/** Requests in their order; the seventh is for the token to write with. */
const differences: readonly (readonly [request: number, reply: Reply, problem: RegExp])[] = [
  [1, [200, "oink"], /^step 1, get \/public: a body other than moo$/],
  [1, [500, "moo"], /^step 1, get \/public: 500 where 200 was expected$/],
  [2, [200, "{}"], /^step 2, get \/read-resource: 200 where 401 was expected$/],
  [2, [401, "why", challenge], /^step 2, .*: a body other than none$/],
  [3, [400, '{"error":"invalid_client"}'], /^step 3, post \/token: 400 invalid_client where 401 was expected$/],
  [3, [401, '{"error":"invalid_client"}'], /^step 3, .*: no invalid_client with a challenge$/],
  [4, [401, "{}"], /^step 4, post \/token: 401 where 200 was expected$/],
  [4, [200, JSON.stringify(granted("read"))], /^step 4, .*: no token of 64 hex digits$/],
  [
    4,
    [200, JSON.stringify({ ...granted("read"), access_token: "a.b.c" }), { "cache-control": "no-store" }],
    /^step 4, /,
  ],
  [4, [200, JSON.stringify({ ...granted("read"), refresh_token: "r" }), { "cache-control": "no-store" }], /^step 4, /],
  [5, [200, '{"resource":"other"}'], /^step 5, get \/read-resource: a body other than /],
  [6, [401, '{"error":"invalid_token"}'], /^step 6, post \/write-resource: no invalid_token with a challenge$/],
  [6, [200, "{}"], /^step 6, .*: 200 where 401 was expected$/],
  [7, [401, '{"error":"invalid_client"}'], /^step 7, .*: no token with scope read write: 401 invalid_client$/],
  [8, [201, "{}"], /^step 7, post \/write-resource: 201 where 200 was expected$/],
  [9, [200, '{"resource":null}'], /^step 8, get \/read-resource: a body other than /],
  [9, [301, "", { location: "/public" }], /^step 8, .* did not answer /],
  [9, [200, "x".repeat(70_000)], /^step 8, .* did not answer \(more than 64 kB\)$/],
];

t.test("whatever differs ends it, and the line says at which step and how", async (t) => {
  for (const [request, reply, expected] of differences) {
    const { problem } = await run(t, (count, right) => (count === request ? reply : right));
    t.match(problem, expected, `request ${request}: ${reply[0]} ${reply[1].slice(0, 40)}`);
  }
});

t.test("nothing that the provider says is a command to the terminal", async (t) => {
  const { printed } = await run(t, (count, right) => (count === 1 ? [200, "\u001b[2Jmoo\u202e"] : right));
  t.equal(printed[1], "[Provider]: 200 OK ?[2Jmoo? \n");
});
