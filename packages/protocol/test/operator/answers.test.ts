import {
  isBlockList,
  isCredentialAnswer,
  isCredentialList,
  isCutAnswer,
  isForecast,
  isForgetAnswer,
  isKeptTokensAnswer,
  isKeyAnswer,
  isKeyList,
  isPromoteAnswer,
  isReceiverList,
  isSecretAnswer,
  isServerStatus,
  isStageAnswer,
  isUnblockAnswer,
  isWithdrawAnswer,
  type Shape,
} from "@meshpass/protocol";
import t from "tap";

const cut = { epoch: 1, number: 17, ends: "all", at: 1_000 };
const full = { ...cut, notInMap: [{ name: "m33", nearest: "m3" }], credentialsEnded: 1, mapAllows: true };
const issued = { jti: "j", service: "m1", type: "key", issuedAt: 1, expiresAt: 2, dev: false };
const made = { jti: "j", service: "m1", expiresAt: 2, inMap: true };
const receiver = { service: "m1", instance: "i", version: "1", epoch: 1, head: 1, kids: ["d-1"], keysAgeSeconds: null };
const live = { ...receiver, lastHeardAt: 1, clockDifferenceMs: -0.5, live: true };
const rotation = { kid: "d-2", next: "wait", holding: 0, receivers: 1 };
const behind = [{ service: "m1", instance: "i", lastHeardAt: 1 }];
const token = { caller: "m1", target: "m2", at: 1, expiresAt: 2, outcome: "mint_failed" };
const edge = { caller: "m1", target: "m2", count: 1, lastAt: 1, endsAt: 2 };

/** Of each answer a full one, whose every field counts, and the names of those that may be missing, at any depth. */
const answers: Readonly<Record<string, readonly [Shape<unknown>, object, ...string[]]>> = {
  "GET /credentials": [
    isCredentialList,
    {
      credentials: [{ ...issued, revokedAt: 3, kid: "k" }],
      legacyCredentials: [{ hash: "h", service: "m1", firstUsedAt: 1 }],
    },
    "revokedAt",
    "kid",
  ],
  "POST /credentials": [isCredentialAnswer, { ...made, type: "jwt", token: "t" }],
  "POST /credentials, secret": [isSecretAnswer, { ...made, type: "secret", clientId: "m1", clientSecret: "mps_x" }],
  "POST /credentials, key": [isKeyAnswer, { ...made, type: "key", clientId: "m1", kid: "k" }],
  "DELETE /credentials": [isKeptTokensAnswer, { revoked: "j", keptTokens: true }],
  "POST /cuts": [isCutAnswer, full, "notInMap", "nearest", "credentialsEnded", "mapAllows"],
  "POST /cuts, dry": [
    isForecast,
    {
      wouldEnd: [edge],
      credentials: 1,
      since: 1,
      notInMap: [{ name: "m33", nearest: "m3" }],
      recorded: { token, looked: "everywhere" },
    },
    "notInMap",
    "nearest",
    "recorded",
    "token",
    "outcome",
  ],
  "GET /blocks": [isBlockList, { blocks: [{ caller: "m1", target: "m2", at: 1 }] }, "target"],
  "DELETE /blocks": [isUnblockAnswer, { lifted: true }],
  "GET /receivers": [isReceiverList, { epoch: 1, number: 2, now: 3, receivers: [live] }],
  "DELETE /receivers": [isForgetAnswer, { forgotten: true }],
  "GET /keys": [
    isKeyList,
    {
      core: "embedded",
      keys: [{ kid: "d-1", family: "rotating", state: "withdrawn", withdrawnAt: 1 }],
      rotation: { ...rotation, behind },
    },
    "withdrawnAt",
    "rotation",
  ],
  "POST /keys, stage": [isStageAnswer, { staged: "d-2" }],
  "POST /keys, promote": [isPromoteAnswer, { promoted: "d-2" }],
  "DELETE /keys": [
    isWithdrawAnswer,
    { ...full, withdrawn: "d-1", atCore: "dropped" },
    "notInMap",
    "nearest",
    "credentialsEnded",
    "mapAllows",
  ],
  "GET /status": [
    isServerStatus,
    { ok: true, codes: ["map_stale"], map: { file: "f", number: 1, stale: true, failure: "x" } },
    "number",
    "failure",
  ],
};

/** `value` once for each field in it, at any depth, with that field gone and with another kind of value in it. */
function* spoilt(
  value: unknown,
): Generator<{ readonly field: string; readonly without: unknown; readonly wrong: unknown }> {
  if (typeof value !== "object" || value === null) return;
  for (const [field, inner] of Object.entries(value)) {
    const { [field]: _, ...without } = value as Record<string, unknown>;
    const put = (other: unknown): unknown =>
      Array.isArray(value) ? value.with(Number(field), other) : { ...value, [field]: other };
    if (!Array.isArray(value)) yield { field, without, wrong: put({ not: "this" }) };
    for (const deeper of spoilt(inner)) yield { ...deeper, without: put(deeper.without), wrong: put(deeper.wrong) };
  }
}

for (const [name, [shape, answer, ...mayMiss]] of Object.entries(answers)) {
  t.test(`${name}: an answer is one with each field, each of its kind`, async (t) => {
    t.ok(shape(answer));
    t.ok(shape({ ...answer, fromANewerServer: true }));
    const fields = [...spoilt(answer)];
    for (const { field, without, wrong } of fields) {
      t.equal(shape(without), mayMiss.includes(field), `without ${field}`);
      t.equal(shape(wrong), false, `with another ${field}`);
    }
    t.same(
      mayMiss.filter((field) => !fields.some((each) => each.field === field)),
      [],
      "each of these is tried",
    );
    for (const nothing of [undefined, null, [], "", 7]) t.notOk(shape(nothing));
  });
}
