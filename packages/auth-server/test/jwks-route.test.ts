import { createHttpServer } from "@meshpass/http-server";
import t from "tap";
import { jwksRoute } from "../src/jwks-route.ts";
import { createFakeKey } from "./fake-signer.ts";
import { createTestLog } from "./test-log.ts";

type Jwks = ReturnType<Parameters<typeof jwksRoute>[0]["jwks"]>;

const state = { jwks: undefined as Jwks };
const app = createHttpServer({ log: createTestLog().log, ready: () => ({ ok: true, codes: [] }) });
app.get("/keys", jwksRoute({ jwks: () => state.jwks }));
const get = (headers = {}) => app.inject({ url: "/keys", headers });
const jwksOf = (kid: string): Jwks => ({ keys: [createFakeKey(kid).jwk] }) as unknown as Jwks;

t.test("without any keys it is 503, to be tried again", async (t) => {
  const answer = await get();
  t.equal(answer.statusCode, 503);
  t.equal(answer.json().error, "keys_unavailable");
  t.equal(answer.headers["retry-after"], "1");
});

t.test("keys are sent with an age of 15 s at most and a tag that changes with them", async (t) => {
  state.jwks = jwksOf("d-1");
  const answer = await get();
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json(), state.jwks);
  t.match(answer.headers, {
    "cache-control": "public, max-age=15",
    "content-type": "application/jwk-set+json; charset=utf-8",
    etag: /^"[\w-]{43}"$/,
  });
  state.jwks = jwksOf("d-2");
  t.not((await get()).headers.etag, answer.headers.etag);
});

t.test("who has the keys already gets 304 and nothing else", async (t) => {
  state.jwks = jwksOf("d-3");
  const { etag } = (await get()).headers;
  for (const condition of [etag, `W/${etag}`, `"old", ${etag}`, "*"]) {
    const answer = await get({ "if-none-match": condition });
    t.equal(answer.statusCode, 304, String(condition));
    t.equal(answer.body, "");
    t.equal(answer.headers.etag, etag);
  }
  t.equal((await get({ "if-none-match": '"old"' })).statusCode, 200);
});
