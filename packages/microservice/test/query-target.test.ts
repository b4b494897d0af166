import { Readable } from "node:stream";
import type { Answer } from "@meshpass/client";
import t from "tap";
import { queryTarget } from "../src/query-target.ts";

/** A client whose every call is answered with this. */
function answering(status: number, text: string, headers: Answer["headers"] = {}) {
  const calls: unknown[][] = [];
  const limits: unknown[] = [];
  const readText = async (limit?: number) => {
    limits.push(limit);
    return text;
  };
  const answer = { status, headers, body: Readable.from([]), text: readText, json: async () => ({}) };
  const fetch = async (...args: unknown[]) => {
    calls.push(args);
    return answer;
  };
  return { client: { fetch }, calls, limits };
}

t.test("a query is GET /hello at the target, and its text comes back as plain text of 64 kB at most", async (t) => {
  const { client, calls, limits } = answering(200, "Hello to m1 from m2!", {
    "content-type": "text/html",
    "set-cookie": "a=b",
  });
  t.same(await queryTarget(client, "m2"), {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8" },
    text: "Hello to m1 from m2!",
  });
  t.same(calls, [["m2", "/hello"]]);
  t.same(limits, [65_536]);
});

t.test("JSON comes back as JSON, and what only says that it is JSON as plain text", async (t) => {
  const json = { "content-type": "application/json; charset=utf-8" };
  const type = async (text: string, headers: Answer["headers"]) =>
    (await queryTarget(answering(503, text, headers).client, "m2")).headers["content-type"];
  t.equal(await type('{"error":"keys_unavailable"}', json), "application/json; charset=utf-8");
  t.equal(await type("<script>", json), "text/plain; charset=utf-8");
  t.equal(await type("{}", { "content-type": "application/jsonx" }), "text/plain; charset=utf-8");
  t.equal(await type("{}", {}), "text/plain; charset=utf-8");
});

t.test("a target's 401 or 403 comes back with the bare challenge, so that nobody renews a token for it", async (t) => {
  for (const status of [401, 403]) {
    const { client } = answering(status, "{}", { "www-authenticate": 'Bearer error="invalid_token"' });
    t.equal((await queryTarget(client, "m2")).headers["www-authenticate"], 'Bearer realm="meshpass"');
  }
});
