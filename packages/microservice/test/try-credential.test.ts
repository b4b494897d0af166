import { ClientError, type ClientErrorCode } from "@meshpass/client";
import t from "tap";
import { readinessOf } from "../src/readiness.ts";
import { tryCredential } from "../src/try-credential.ts";

const failing = (code: ClientErrorCode, status?: number) => ({
  getToken: () => Promise.reject(new ClientError(code, "no", status === undefined ? {} : { authServerStatus: status })),
});

t.test("a token, or a refusal by the map, says that the credential is good", async (t) => {
  const asked: string[] = [];
  const getToken = async (target: string) => {
    asked.push(target);
    return { value: "token", scheme: "Bearer" as const, expiresAt: 0 };
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

t.test("ready means keys, cut-offs and an accepted credential; the codes name what is missing", async (t) => {
  const all = { hasKeys: true, hasCutoffs: true, credential: "accepted" } as const;
  t.same(readinessOf(all), { ok: true, codes: [] });
  t.same(readinessOf({ ...all, hasKeys: false }), { ok: false, codes: ["keys_unavailable"] });
  t.same(readinessOf({ ...all, hasCutoffs: false }), { ok: false, codes: ["cutoffs_unavailable"] });
  t.same(readinessOf({ ...all, credential: "untried" }), { ok: false, codes: ["credential_untried"] });
  const none = { hasKeys: false, hasCutoffs: false, credential: "refused" } as const;
  t.same(readinessOf(none).codes, ["keys_unavailable", "cutoffs_unavailable", "credential_refused"]);
});
