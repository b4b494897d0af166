import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { mapOf, startServer } from "../../start-server.ts";
import { until } from "../../until.ts";

/** The map of these tests: each of the services has a quota of its own. */
const withQuotas = (quotas: Record<string, string>) => {
  const services = Object.entries(quotas).map(([name, quota]) => `  ${name}: { quota: ${quota} }\n`);
  const callers = ["m1", "m2", "m3", "m4", "m5", "m6", "m7"].map((name) => `  ${name}: [m1, m2]`);
  return `${mapOf(...callers).replace("...\n", "")}services:\n${services.join("")}...\n`;
};
const quotas = {
  m1: "{ per_hour: 10, per_day: 50 }",
  m2: "{ per_hour: 2 }",
  m3: "{ per_hour: 2, enforce: false }",
  m4: "{ per_hour: 10 }",
  m5: "{ per_hour: 1 }",
  m6: "{ per_hour: 2 }",
  m7: "{ per_hour: 1 }",
};
const hour = 3_600_000;
/** Half past: no window ends while this runs. */
const offsetMs = 1.5 * hour - (Date.now() % hour);
const server = await startServer(t, { map: withQuotas(quotas), offsetMs });
const { core } = server;
await server.isReady();
const credentials = new Map<string, string>();
for (const name of Object.keys(quotas)) credentials.set(name, (await server.issue(name)).token);
const credentialOf = (name: string): string => credentials.get(name) as string;

/** Asks at `/accesstoken`, anew unless `headers` say otherwise. */
const ask = (name: string, headers: Record<string, string> = {}, target = "m2") =>
  server.ask(credentialOf(name), { target }, headers);
const reuse = { "cache-control": "max-age=0" };

/** Asks at `/oauth/token`, anew unless `headers` say otherwise. */
const askOAuth = (name: string, headers: Record<string, string> = {}) =>
  server.app.inject({
    method: "POST",
    url: "/oauth/token",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "cache-control": "no-cache",
      authorization: `Bearer ${credentialOf(name)}`,
      ...headers,
    },
    payload: "grant_type=client_credentials&audience=m2",
  });

const header = "auth0-client-quota-limit";
const remaining = async (name: string): Promise<string | undefined> =>
  /r=(\d+)/.exec(String((await askOAuth(name, reuse)).headers[header]))?.[1];

t.test("each answer of /oauth/token says how the client stands with its quota", async (t) => {
  const first = await askOAuth("m1");
  t.match(first.headers[header], /^b=per_hour;q=10;r=9;t=\d+,b=per_day;q=50;r=49;t=\d+$/);
  t.match((await askOAuth("m1")).headers[header], /^b=per_hour;q=10;r=8;t=\d+,b=per_day;q=50;r=48;t=\d+$/);
});

t.test("a token that is handed out again and a refused request do not count", async (t) => {
  const { mints } = core;
  for (let i = 0; i < 5; i += 1) t.equal((await askOAuth("m1", reuse)).statusCode, 200);
  t.equal(core.mints, mints);
  t.equal((await ask("m1", {}, "m3")).statusCode, 401);
  t.equal(await remaining("m1"), "8");
});

t.test("one more than the quota is 429 at both doors, and nothing is minted", async (t) => {
  t.equal((await askOAuth("m2")).statusCode, 200);
  t.equal((await ask("m2")).statusCode, 200);
  const { mints } = core;
  const refused = await askOAuth("m2");
  t.equal(refused.statusCode, 429);
  const { decision_id: id, ...body } = refused.json();
  t.strictSame(body, { error: "too_many_requests", error_description: "Client quota exceeded" });
  t.equal(refused.headers["cache-control"], "no-store");
  t.match(refused.headers[header], /^b=per_hour;q=2;r=0;t=\d+$/);
  t.match(refused.headers, { "x-ratelimit-limit": "2", "x-ratelimit-remaining": "0" });
  const wait = Number(refused.headers["retry-after"]);
  t.ok(wait >= 1 && wait <= 3_600, `${wait}`);
  t.ok(Math.abs(Number(refused.headers["x-ratelimit-reset"]) - server.clock() / 1_000 - wait) < 2);
  const old = await ask("m2");
  t.equal(old.statusCode, 429);
  t.equal(old.json().error, "too_many_requests");
  t.match(old.headers, { "x-ratelimit-limit": "2", "x-ratelimit-remaining": "0", "retry-after": /^\d+$/ });
  t.equal(core.mints, mints);
  t.match(await server.decisions(1, (line) => line.decision_id === id), [
    { caller: "m2", target: "m2", allowed: false, reason: "quota_exceeded", map: 1, line: 4 },
  ]);
  t.equal((await ask("m2", reuse)).statusCode, 200, "what it has been given, it is given again");
});

t.test("a quota that is not enforced refuses nothing, and is logged", async (t) => {
  for (let i = 0; i < 4; i += 1) t.equal((await askOAuth("m3")).statusCode, 200);
  const lines = server.log.map((line) => JSON.parse(line)).filter(({ client }) => client === "m3");
  t.match(lines, [{ bucket: "per_hour", quota: 2, used: 2, percent: 100, enforced: false }]);
  t.equal(await remaining("m3"), "0");
});

t.test("fifty requests at once against a quota of ten get exactly ten tokens", async (t) => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask("m4")));
  const tokens = answers.filter(({ statusCode }) => statusCode === 200).map((answer) => answer.json().accessToken);
  t.equal(new Set(tokens).size, 10);
  t.equal(answers.filter(({ statusCode }) => statusCode === 429).length, 40);
});

/** The tokens of `name` in its hour, as they are in the store. */
function storedTokens(name: string, folder = server.folder): unknown {
  const database = new DatabaseSync(join(folder, "auth-server.sqlite"), { readOnly: true });
  try {
    const query = "select tokens from quota_counts where client = ? and bucket = 'per_hour'";
    return database.prepare(query).get(name)?.tokens;
  } finally {
    database.close();
  }
}

t.test("the count is in the store before the core is asked, and given back if no token comes of it", async (t) => {
  core.behave("frozen");
  const answer = ask("m5");
  await until(() => storedTokens("m5") === 1);
  core.behave({ status: 500, type: "text/plain", body: "broken" });
  t.equal((await answer).statusCode, 503);
  core.behave("works");
  await until(() => storedTokens("m5") === 0);
  t.equal((await ask("m5")).statusCode, 200);
  t.equal((await ask("m5")).statusCode, 429);
});

t.test("a store that is held by another is 503 store_unavailable, and no token", async (t) => {
  const other = new DatabaseSync(join(server.folder, "auth-server.sqlite"));
  other.exec("begin immediate");
  const { mints } = core;
  const answer = await ask("m6");
  other.exec("commit");
  other.close();
  t.equal(answer.statusCode, 503);
  const { error, decision_id: id } = answer.json();
  t.equal(error, "store_unavailable");
  t.match(await server.decisions(1, (line) => line.decision_id === id), [
    { caller: "m6", reason: "store_unavailable" },
  ]);
  t.ok(server.log.some((line) => /"code":"store_unavailable","cause":"database is locked"/.test(line)));
  t.equal(core.mints, mints);
  t.equal((await ask("m6")).statusCode, 200);
});

/** Saves a map in which `name` has `quota`, and waits until it is in force. */
async function change(name: string, quota: string): Promise<void> {
  const number = (await server.operate("GET", "/status")).json().map.number;
  server.saveMap(withQuotas({ ...quotas, [name]: quota }));
  await server.isInForce(number + 1);
}

t.test("a quota that a map changes is another one at once, and what was given counts on", async (t: Test) => {
  t.equal((await ask("m2")).statusCode, 429);
  await change("m2", "{ per_hour: 3 }");
  t.equal((await ask("m2")).statusCode, 200);
  t.equal((await ask("m2")).statusCode, 429);
  await change("m2", "{ per_hour: 3, enforce: false }");
  t.equal((await ask("m2")).statusCode, 200);
});

t.test("a quota that is not enforced is in the store within a second, and when the server ends", async (t) => {
  const tokens = Number(storedTokens("m3"));
  t.equal((await ask("m3")).statusCode, 200);
  await until(() => storedTokens("m3") === tokens + 1, 3_000);
  const map = withQuotas({ m1: "{ per_hour: 9, enforce: false }" });
  const other = await startServer(t, { core, map, offsetMs });
  await other.isReady();
  const { token } = await other.issue("m1");
  for (let i = 0; i < 3; i += 1) await other.ask(token);
  await other.stop();
  t.equal(storedTokens("m1", other.folder), 3);
});

t.test("the next hour brings a new quota", async (t) => {
  t.equal((await ask("m7")).statusCode, 200);
  t.equal((await ask("m7")).statusCode, 429);
  server.time.offsetMs += hour;
  t.equal((await ask("m7")).statusCode, 200);
  t.equal((await ask("m7")).statusCode, 429);
});
