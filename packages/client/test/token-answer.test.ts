import t from "tap";
import type { ClientError } from "../src/client-error.ts";
import { readTokenAnswer } from "../src/token-answer.ts";

const good = { accessToken: "eyJ.a.b", tokenType: "Bearer", expiresIn: 300 };
const read = (status: number, body: unknown, retryAfter?: unknown) =>
  readTokenAnswer({ status, retryAfter, text: typeof body === "string" ? body : JSON.stringify(body) });

function refusal(status: number, body: unknown, retryAfter?: unknown): ClientError {
  try {
    read(status, body, retryAfter);
  } catch (error) {
    return error as ClientError;
  }
  throw new Error("it was not refused");
}

t.test("a token answer gives the token and its seconds", async (t) => {
  t.same(read(200, good), { value: "eyJ.a.b", scheme: "Bearer", expiresIn: 300 });
  t.same(read(200, { ...good, expiresIn: 86_400, scope: "read" }).expiresIn, 86_400);
});

t.test("anything that is not exactly a token answer is an error that quotes none of it", async (t) => {
  const nonsense = [
    "",
    "<html>secret-page</html>",
    "null",
    "[]",
    '"secret-page"',
    {},
    { ...good, accessToken: 7 },
    { ...good, accessToken: "secret-page\r\nx: y" },
    { ...good, accessToken: "secret-page b" },
    { ...good, accessToken: `secret-page${"x".repeat(8_192)}` },
    { ...good, tokenType: "DPoP" },
    { ...good, tokenType: "bearer" },
    { ...good, expiresIn: "300" },
    { ...good, expiresIn: 0 },
    { ...good, expiresIn: -1 },
    { ...good, expiresIn: 1.5 },
    { ...good, expiresIn: 86_401 },
    { ...good, expiresIn: null },
  ];
  for (const body of nonsense) {
    const error = refusal(200, body);
    t.match(error, {
      name: "ClientError",
      code: "auth_server_unreachable",
      authServerStatus: 200,
      retryAfterSeconds: 1,
    });
    t.notMatch(error.message, "secret-page");
  }
  t.match(refusalOfLongText(), { code: "auth_server_unreachable" }, "and so is a body that was too long to read");
});

function refusalOfLongText(): unknown {
  try {
    return readTokenAnswer({ status: 200, retryAfter: undefined, text: undefined });
  } catch (error) {
    return error;
  }
}

t.test("a refusal by the map carries its code, status and decision", async (t) => {
  const error = refusal(401, { error: "unauthorized_target", error_description: "x", decision_id: "d-12_A" });
  t.match(error, {
    code: "unauthorized_target",
    authServerStatus: 401,
    decisionId: "d-12_A",
    retryAfterSeconds: undefined,
  });
  t.match(refusal(400, { error: "invalid_target" }), { code: "invalid_target", authServerStatus: 400 });
});

t.test("a decision id that is no id is dropped", async (t) => {
  for (const decision_id of ["a b", "<b>", "x".repeat(129), 5, {}])
    t.equal(refusal(401, { error: "unauthorized_target", decision_id }).decisionId, undefined);
});

t.test("what the auth server says of itself is passed on, with the seconds to wait", async (t) => {
  for (const error of [
    "core_unavailable",
    "core_key_unknown",
    "decisions_unwritable",
    "store_unavailable",
    "not_ready",
  ])
    t.match(refusal(503, { error }, "7"), { code: error, authServerStatus: 503, retryAfterSeconds: 7 });
  t.match(
    refusal(503, { error: "core_unavailable" }),
    { retryAfterSeconds: 1 },
    "the table's seconds where none are sent",
  );
});

t.test("Retry-After counts only as whole seconds, an hour at most", async (t) => {
  t.equal(refusal(503, {}, "999999999").retryAfterSeconds, 3_600);
  for (const retryAfter of ["-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", ["1", "2"], "1e9"])
    t.equal(refusal(503, {}, retryAfter).retryAfterSeconds, 1);
});

t.test("any other 401 means that the credential was refused", async (t) => {
  for (const body of [{ error: "invalid_credential" }, { error: "missing_token" }, {}, "<html>"])
    t.match(refusal(401, body), { code: "invalid_credential", authServerStatus: 401 });
});

t.test("a code counts only with the status that belongs to it", async (t) => {
  t.match(refusal(500, { error: "nonsense", translated: true }), { code: "auth_server_unreachable" });
  t.match(refusal(500, { error: "unauthorized_target", translated: true }), { code: "auth_server_unreachable" });
  t.match(refusal(400, { error: "unauthorized_client" }), { code: "unauthorized_client", authServerStatus: 400 });
  t.match(refusal(500, { error: "unauthorized_target" }), { code: "auth_server_unreachable", authServerStatus: 500 });
  t.match(refusal(404, { error: "unknown_target" }), { code: "auth_server_unreachable", authServerStatus: 404 });
  t.match(refusal(502, { error: "target_unreachable" }), { code: "auth_server_unreachable", authServerStatus: 502 });
  t.match(refusal(503, { error: "constructor" }), { code: "auth_server_unreachable", authServerStatus: 503 });
  t.match(refusal(307, {}), { code: "auth_server_unreachable", authServerStatus: 307 });
});
