import { ClientError, type ClientErrorCode } from "@meshpass/client";
import t from "tap";
import { readinessOf } from "../src/readiness.ts";
import { tryCredential } from "../src/try-credential.ts";

const failing = (code: ClientErrorCode, status?: number) => ({
  getToken: () => Promise.reject(new ClientError(code, "no", status === undefined ? {} : { status })),
});

t.test("a token, or a refusal by the map, says that the credential is good", async (t) => {
  const asked: string[] = [];
  const getToken = async (target: string) => {
    asked.push(target);
    return { value: "token", expiresAt: 0 };
  };
  t.equal(await tryCredential({ getToken }, "m1"), "accepted");
  t.same(asked, ["m1"], "the service asks for itself, so no other is concerned");
  t.equal(await tryCredential(failing("unauthorized_target"), "m3"), "accepted");
});

t.test(
  "a credential is missing, or refused by an answer; an auth server that is down has said nothing yet",
  async (t) => {
    t.equal(await tryCredential(failing("invalid_credential"), "m1"), "missing");
    t.equal(await tryCredential(failing("invalid_credential", 401), "m1"), "refused");
    t.equal(await tryCredential(failing("auth_server_unreachable"), "m1"), "untried");
    t.equal(await tryCredential({ getToken: () => Promise.reject(new Error("other")) }, "m1"), "untried");
  },
);

t.test("ready means keys and an accepted credential; the codes name what is missing", async (t) => {
  t.same(readinessOf(true, "accepted"), { ok: true, codes: [] });
  t.same(readinessOf(false, "accepted"), { ok: false, codes: ["keys_unavailable"] });
  t.same(readinessOf(false, "refused"), { ok: false, codes: ["keys_unavailable", "credential_refused"] });
  t.same(readinessOf(true, "untried"), { ok: false, codes: ["credential_untried"] });
});
