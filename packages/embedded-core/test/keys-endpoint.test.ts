import t from "tap";
import { createFakeKeyStore } from "./fakes/key-store.ts";
import { apiKey, der, exchange, fields, mint, setUp, start } from "./set-up-core.ts";

/** `POST /meshpass/keys`, or GET without a body. */
async function keys(url: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/meshpass/keys`, {
    headers: { "api-key": apiKey, ...headers },
    ...(body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) };
}

t.test("keys are staged, promoted and dropped over HTTP, and listed with what each is good for", async (t) => {
  let now = start;
  const { url } = await setUp(t, { clock: () => now });
  const states = async () => (await keys(url)).json().keys.map(({ state }: { state: string }) => state);
  now += 3_600_000;
  const staged = await keys(url, { action: "stage" });
  const kid = `d-${now}`;
  t.same([staged.status, staged.json()], [200, { status: "OK", kid }]);
  t.same((await keys(url)).json(), {
    status: "OK",
    keys: [
      { kid, family: "dynamic", state: "staged" },
      { kid: `d-${start}`, family: "dynamic", state: "signing" },
      { kid: "s-one", family: "static", state: "signing" },
    ],
  });
  t.same((await keys(url, { action: "promote", kid })).json(), { status: "OK", kid });
  t.same(await states(), ["signing", "published", "signing"]);
  const { jwt } = (await (await mint(url, { ...fields, useStaticSigningKey: false })).json()) as { jwt: string };
  t.equal(JSON.parse(Buffer.from(jwt.split(".")[0] ?? "", "base64url").toString()).kid, kid);
  const back = await keys(url, { action: "promote", kid: `d-${start}` });
  t.same([back.status, back.json()], [409, { status: "REPLACED_KEY_ERROR" }]);
  t.same((await keys(url, { action: "drop", kid: `d-${start}` })).json(), { status: "OK", kid: `d-${start}` });
  t.same(await states(), ["signing", "signing"]);
});

t.test("an unknown kid is a 404 that no core without this address gives", async (t) => {
  const { url } = await setUp(t);
  for (const action of ["promote", "drop"]) {
    const answer = await keys(url, { action, kid: "d-1" });
    t.same([answer.status, answer.json()], [404, { status: "UNKNOWN_KEY_ERROR" }]);
  }
});

t.test("a key too many is 409", async (t) => {
  const rotating = Array.from({ length: 18 }, (_, n) => ({
    ...{ kid: `d-${start + n}`, family: "dynamic" as const, createdAt: start + n, signsFrom: start + n },
    privateKey: der,
  }));
  const constant = { kid: "s-one", family: "static", createdAt: start, signsFrom: start, privateKey: der } as const;
  const store = createFakeKeyStore([constant, ...rotating]);
  const { url } = await setUp(t, { store, clock: () => start + 1_000 });
  const twentieth = await keys(url, { action: "stage" });
  t.equal(twentieth.status, 200);
  await keys(url, { action: "promote", kid: twentieth.json().kid });
  const answer = await keys(url, { action: "stage" });
  t.same([answer.status, answer.json()], [409, { status: "TOO_MANY_KEYS_ERROR" }]);
});

t.test(
  "a change of keys needs the api key, the public tenant, a page's absence and a body that asks for it",
  async (t) => {
    const { url, port } = await setUp(t);
    const before = (await keys(url)).text;
    for (const body of [undefined, { action: "stage" }]) {
      t.equal((await keys(url, body, { "api-key": "" })).status, 401);
      t.equal((await keys(url, body, { origin: "http://localhost" })).status, 403);
    }
    const foreign = `POST /meshpass/keys HTTP/1.1\r\nHost: evil.example\r\napi-key: ${apiKey}\r\nConnection: close\r\nContent-Length: 18\r\n\r\n{"action":"stage"}`;
    t.match(await exchange(port, foreign), / 403 /);
    const options = { method: "POST", headers: { "api-key": apiKey }, body: '{"action":"stage"}' };
    t.equal((await fetch(`${url}/t1/meshpass/keys`, options)).status, 403);
    t.equal((await fetch(`${url}/appid-other/meshpass/keys`, options)).status, 400);
    t.equal((await fetch(`${url}/meshpass/keys`, { ...options, method: "PUT" })).status, 405);
    const hostile = [
      ..."{} [] null 1 { stage".split(" "),
      '{"action":"rotate"}',
      '{"action":"stage","kid":"d-1"}',
      '{"action":"promote"}',
      '{"action":"promote","kid":1}',
      '{"action":"drop","kid":null}',
      '{"action":"drop","kid":"d-1","force":true}',
      '{"action":"stage","action":"drop","kid":"s-one"}',
    ];
    for (const body of hostile) t.equal((await keys(url, body)).status, 400, body);
    t.equal((await keys(url)).text, before);
  },
);
