import t, { type Test } from "tap";
import { claimsOf } from "../fake-signer.ts";
import { startServer } from "../start-server.ts";

const endsAt = Math.ceil(Date.now() / 1_000) * 1_000 + 600_000;
const map = `version: 1
interactions:
  m1:
    - m2
    - { target: m3, scopes: [read], lifetime: 2m, expires: ${new Date(endsAt).toISOString().replace(".000", "")} }
    - { target: m4, proof: dpop }
    - m5
    - m6
    - m7
    - { target: m10, on_behalf_of: [m5] }
  m5: [m2]
  m8: [m2]
  m9: [m2]
deny:
  m1: [m6]
services:
  m2: { audience: "urn:m2" }
  m5: { enabled: false }
  m8: { grants: [] }
  m9: { quota: { per_hour: 1 } }
...
`;
const server = await startServer(t, { map });
await server.isReady();
const services = ["m1", "m2", "m5", "m8", "m9"] as const;
type Service = (typeof services)[number];
const credentials = new Map(await Promise.all(services.map(async (name) => [name, await server.issue(name)] as const)));
const tokenOf = (service: Service): string => credentials.get(service)?.token ?? "";

interface Asked {
  readonly status: number;
  readonly token?: string;
  readonly error?: string;
  readonly decisionId?: string;
}

type Ask = (credential: string, target: string) => Promise<Asked>;

/** The same question at each door, always for a new token. */
const doors: Record<string, Ask> = {
  "/accesstoken": async (credential, target) => {
    const answer = await server.ask(credential, { target });
    const { accessToken, error, decision_id } = answer.json();
    return { status: answer.statusCode, token: accessToken, error, decisionId: decision_id };
  },
  "/oauth/token": async (credential, target) => {
    const answer = await server.app.inject({
      method: "POST",
      url: "/oauth/token",
      headers: { authorization: `Bearer ${credential}`, "cache-control": "no-cache" },
      payload: { grant_type: "client_credentials", audience: target },
    });
    const { access_token, error, decision_id } = answer.json();
    return { status: answer.statusCode, token: access_token, error, decisionId: decision_id };
  },
};

/** What each door calls a refusal that both give for the same `reason`. */
const words: Record<string, readonly [accessToken: readonly [number, string], oauth: readonly [number, string]]> = {
  not_in_map: [
    [401, "unauthorized_target"],
    [400, "invalid_target"],
  ],
  not_on_behalf: [
    [401, "unauthorized_target"],
    [400, "invalid_target"],
  ],
  denied: [
    [401, "unauthorized_target"],
    [400, "invalid_target"],
  ],
  disabled: [
    [401, "unauthorized_target"],
    [400, "invalid_target"],
  ],
  blocked: [
    [401, "unauthorized_target"],
    [400, "invalid_target"],
  ],
  expired: [
    [401, "unauthorized_target"],
    [400, "invalid_target"],
  ],
  grant_not_allowed: [
    [400, "unauthorized_client"],
    [400, "unauthorized_client"],
  ],
  proof_missing: [
    [400, "oauth_required"],
    [400, "invalid_dpop_proof"],
  ],
  quota_exceeded: [
    [429, "too_many_requests"],
    [429, "too_many_requests"],
  ],
  revoked: [
    [401, "invalid_credential"],
    [401, "invalid_client"],
  ],
};

for (const [index, [door, ask]] of Object.entries(doors).entries()) {
  const isRefused = async (t: Test, reason: keyof typeof words, credential: string, target: string): Promise<void> => {
    const answer = await ask(credential, target);
    const [status, error] = (words[reason] as readonly (readonly [number, string])[])[index] as readonly [
      number,
      string,
    ];
    t.match(answer, { status, error, token: undefined }, reason);
    const records = await server.decisions(1, (line) => line.decision_id === answer.decisionId);
    t.match(records, [{ allowed: false, reason }], "and it is on record");
  };

  t.test(`${door}: an allowed caller gets the target's audience, the edge's scopes and its life`, async (t) => {
    t.match(claimsOf((await ask(tokenOf("m1"), "m2")).token ?? ""), { sub: "m1", aud: "urn:m2", token_use: "access" });
    const claims = claimsOf((await ask(tokenOf("m1"), "m3")).token ?? "");
    t.match(claims, { aud: "m3", scope: "read" });
    t.equal(Number(claims.exp) - Number(claims.iat), 120);
  });

  t.test(
    `${door}: the map's word is the same: not written, denied, disabled, without the grant, to be proved`,
    async (t) => {
      await isRefused(t, "not_in_map", tokenOf("m2"), "m1");
      await isRefused(t, "not_on_behalf", tokenOf("m1"), "m10");
      await isRefused(t, "denied", tokenOf("m1"), "m6");
      await isRefused(t, "disabled", tokenOf("m1"), "m5");
      await isRefused(t, "disabled", tokenOf("m5"), "m2");
      await isRefused(t, "grant_not_allowed", tokenOf("m8"), "m2");
      await isRefused(t, "proof_missing", tokenOf("m1"), "m4");
    },
  );

  t.test(`${door}: an edge that has ended, and one that is blocked, give nothing`, async (t) => {
    server.time.offsetMs = endsAt - 3_000 - Date.now();
    await isRefused(t, "expired", tokenOf("m1"), "m3");
    server.time.offsetMs = 0;
    await server.operate("POST", "/blocks", { caller: "m1", target: "m7" });
    await isRefused(t, "blocked", tokenOf("m1"), "m7");
    await server.operate("DELETE", "/blocks/m1/m7");
    t.equal((await ask(tokenOf("m1"), "m7")).status, 200);
  });

  t.test(`${door}: a credential that was revoked mints no more`, async (t) => {
    const { token, jti } = await server.issue("m1");
    t.equal((await ask(token, "m2")).status, 200);
    await server.operate("DELETE", `/credentials/${jti}`);
    await isRefused(t, "revoked", token, "m2");
  });

  t.test(`${door}: the quota is one for both doors`, async (t) => {
    if (index === 0) t.equal((await ask(tokenOf("m9"), "m2")).status, 200);
    await isRefused(t, "quota_exceeded", tokenOf("m9"), "m2");
  });

  t.test(`${door}: a core that does not sign is 503, and nothing leaves`, async (t) => {
    server.core.behave("frozen");
    const answer = await ask(tokenOf("m1"), "m2");
    server.core.behave("works");
    t.match(answer, { status: 503, error: "core_unavailable", token: undefined });
  });
}
