import t, { type Test } from "tap";
import { encode } from "../../fake-signer.ts";
import { startServer } from "../../start-server.ts";

const limits = {
  perClient: { perSecond: 1 / 60, burst: 5 },
  failures: { perSecond: 1 / 60, burst: 3 },
  failuresPerAddress: { perSecond: 1 / 60, burst: 20 },
};
const server = await startServer(t, { config: { limits } });
await server.isReady();
const [m1, m2, m3] = [
  (await server.issue("m1")).token,
  (await server.issue("m2")).token,
  (await server.issue("m3")).token,
];

/** `token` with another signature: it says whose it is, and proves nothing. */
const forged = (token: string): string => token.replace(/[^.]+$/, encode({ forged: true }));

const endpoints = {
  "/accesstoken": { type: "application/json", payload: '{"target":"m2"}' },
  "/oauth/token": { type: "application/x-www-form-urlencoded", payload: "grant_type=client_credentials&audience=m2" },
  "/oauth/introspect": { type: "application/x-www-form-urlencoded", payload: "token=x" },
  "/oauth/revoke": { type: "application/x-www-form-urlencoded", payload: "token=x" },
} as const;
type Path = keyof typeof endpoints;

const send = (path: Path, credential: string, remoteAddress: string, headers: Record<string, string> = {}) =>
  server.app.inject({
    method: "POST",
    url: path,
    remoteAddress,
    headers: { "content-type": endpoints[path].type, authorization: `Bearer ${credential}`, ...headers },
    payload: endpoints[path].payload,
  });
const statuses = async (count: number, ask: () => ReturnType<typeof send>): Promise<readonly number[]> => {
  const all: number[] = [];
  for (let i = 0; i < count; i += 1) all.push((await ask()).statusCode);
  return all;
};

/** Shows that `answer` says that there were too many requests, of so many, and when to come back. */
function isTooMany(t: Test, answer: Awaited<ReturnType<typeof send>>, limit: number): void {
  t.equal(answer.statusCode, 429, answer.body);
  t.equal(answer.json().error, "too_many_requests");
  t.match(answer.headers, {
    "retry-after": /^[1-9]\d*$/,
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": /^\d{10}$/,
  });
  t.equal(answer.headers["www-authenticate"], undefined);
}

t.test("an attacker at the same address and under the same name does not stop the right client", async (t) => {
  t.strictSame(await statuses(10, () => send("/accesstoken", forged(m1), "10.0.0.1")), [
    ...[401, 401, 401],
    ...Array.from({ length: 7 }, () => 429),
  ]);
  isTooMany(t, await send("/accesstoken", forged(m1), "10.0.0.1"), 3);
  t.equal((await send("/accesstoken", m1, "10.0.0.1")).statusCode, 200);
  t.equal((await send("/oauth/token", m1, "10.0.0.1")).statusCode, 200);
});

t.test("all doors count failures together, and each says 429 in its turn", async (t) => {
  for (const path of Object.keys(endpoints) as Path[]) {
    isTooMany(t, await send(path, forged(m1), "10.0.0.1"), 3);
    t.equal((await send(path, forged(m2), `10.1.0.${path.length}`)).statusCode, 401, "from elsewhere");
  }
});

t.test("whatever names are tried from one network, it is limited", async (t) => {
  const guess = (index: number) => `${encode({ alg: "RS256" })}.${encode({ sub: `n${index}` })}.c2ln`;
  const all: number[] = [];
  for (let i = 0; i < 25; i += 1)
    all.push(
      (await send("/oauth/token", guess(i), `2001:db8::${i}:1`, { "x-forwarded-for": `10.9.9.${i}` })).statusCode,
    );
  t.strictSame(all, [...Array.from({ length: 20 }, () => 401), 429, 429, 429, 429, 429]);
});

t.test("whether there is a service of some name cannot be told from when the 429 comes", async (t) => {
  const tries = async (name: string, address: string) => {
    const token = `${encode({ alg: "RS256" })}.${encode({ sub: name })}.c2ln`;
    return statuses(5, () => send("/oauth/token", token, address));
  };
  t.strictSame(await tries("m1", "10.2.0.1"), await tries("nobody", "10.2.0.2"));
  t.strictSame(await tries("m2", "10.2.0.1"), await tries("nothing", "10.2.0.2"));
});

t.test(
  "a client that asks too fast is told so at every door, and it alone; what strangers make it ask counts apart",
  async (t) => {
    t.strictSame(await statuses(6, () => send("/accesstoken", m2, "10.0.0.2")), [200, 200, 200, 200, 200, 429]);
    for (const path of ["/accesstoken", "/oauth/token"] as const) isTooMany(t, await send(path, m2, "10.0.0.3"), 5);
    const introspections = await statuses(6, () => send("/oauth/introspect", m2, "10.0.0.2"));
    t.strictSame(introspections, [200, 200, 200, 200, 200, 429]);
    t.equal((await send("/oauth/revoke", m2, "10.0.0.2")).statusCode, 200);
    t.equal(
      (await send("/accesstoken", m3, "10.0.0.2")).statusCode,
      401,
      "it has no edge, and is asked who it is no more",
    );
    t.match(await server.decisions(1, (line) => line.reason === "rate_limited"), [{ caller: "m2", allowed: false }]);
  },
);

t.test("a client's requests that are refused for another reason count as well", async (t) => {
  t.strictSame(await statuses(5, () => send("/accesstoken", m3, "10.0.0.2")), [401, 401, 401, 401, 429]);
});

t.test("a 429 for failures is on record with the reason of the failure", async (t) => {
  const { decision_id: id } = (await send("/accesstoken", forged(m1), "10.0.0.1")).json();
  t.match(await server.decisions(1, (line) => line.decision_id === id), [{ allowed: false, reason: "bad_signature" }]);
});

t.test("who goes on in spite of a 429 fills no log", async (t) => {
  await Promise.all(Array.from({ length: 250 }, () => send("/accesstoken", m2, "10.0.0.2")));
  const isRolledUp = (line: Record<string, unknown>) => "refusals_rolled_up" in line;
  t.match(await server.decisions(1, isRolledUp), [{ refusals_rolled_up: { rate_limited: Number } }]);
});
