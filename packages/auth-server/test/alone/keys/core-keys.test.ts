import t from "tap";
import { createCoreKeys } from "../../../src/keys/core-keys.ts";
import { startFakeCore } from "../../fake-core.ts";
import { inTime } from "../../in-time.ts";

const core = await startFakeCore(t);
const keys = createCoreKeys({ uri: `${core.uri}/`, apiKey: core.apiKey });
const { signer } = core;
const calls: (() => Promise<unknown>)[] = [keys.list, keys.stage, () => keys.promote("d-1"), () => keys.drop("d-1")];

t.beforeEach(() => {
  core.hasKeysInterface = true;
  core.behave("works");
});

t.test("the keys of the embedded core are listed, staged, promoted and dropped", async (t) => {
  const old = signer.rotatingKey.kid;
  const kid = await keys.stage();
  t.equal(kid, signer.stagedKey?.kid);
  t.same(await keys.list(), [
    { kid, family: "dynamic", state: "staged" },
    { kid: old, family: "dynamic", state: "signing" },
    { kid: signer.staticKey.kid, family: "static", state: "signing" },
  ]);
  await keys.promote(kid);
  t.equal(signer.rotatingKey.kid, kid);
  await keys.drop(kid);
  t.not(signer.rotatingKey.kid, kid);
  t.same(core.keyChanges.splice(0), [{ action: "stage" }, { action: "promote", kid }, { action: "drop", kid }]);
});

t.test("a key that is not there cannot be promoted, and is dropped already", async (t) => {
  await t.rejects(keys.promote("d-1"), { code: "unknown_key" });
  await keys.drop("d-1");
});

t.test("a core without such an address does not support it", async (t) => {
  core.hasKeysInterface = false;
  for (const call of calls) await t.rejects(call(), { code: "not_supported_by_core" });
});

t.test("what the core refuses is told by its own code", async (t) => {
  for (const [status, code] of [
    ["REPLACED_KEY_ERROR", "replaced_key"],
    ["TOO_MANY_KEYS_ERROR", "too_many_keys"],
  ]) {
    core.behave({ status: 409, type: "application/json", body: JSON.stringify({ status }) });
    await t.rejects(keys.stage(), { code });
  }
});

t.test("an answer that makes no sense is none, and none of it is repeated", async (t) => {
  const answers: [number, string][] = [
    [200, "secret"],
    [200, "null"],
    [200, "[]"],
    [200, "{}"],
    [200, '{"status":"OK","kid":7,"keys":7}'],
    [200, '{"status":"OK","kid":"a secret","keys":[null]}'],
    [200, '{"status":"OK","kid":"a secret","keys":[{"kid":"d-1","family":"dynamic","state":"secret"}]}'],
    [200, '{"status":"OK","kid":"a secret","keys":[{"kid":"d-1","family":"secret","state":"staged"}]}'],
    [200, '{"status":"OK","kid":"a secret","keys":[{"kid":"a secret","family":"dynamic","state":"staged"}]}'],
    [500, "secret"],
    [500, '{"status":"OK","kid":"d-1"}'],
    [302, '{"status":"OK","kid":"d-1"}'],
    [401, "Invalid API key: secret"],
  ];
  for (const [status, body] of answers) {
    core.behave({ status, type: "application/json", body });
    for (const call of calls) {
      const error = await call().then(
        () => undefined,
        (failure) => failure,
      );
      t.equal(error?.code, "core_unavailable", `${status} ${body}`);
      t.notMatch(`${error?.message} ${error?.cause?.message}`, "secret");
    }
  }
});

t.test("a list with a kid that none can be is none", async (t) => {
  const listed = [{ kid: "a b", family: "dynamic", state: "staged" }];
  core.behave({ status: 200, type: "application/json", body: JSON.stringify({ status: "OK", keys: listed }) });
  await t.rejects(keys.list(), { code: "core_unavailable" });
});

t.test("a stage that names no key is none", async (t) => {
  core.behave({ status: 200, type: "application/json", body: '{"status":"OK"}' });
  await t.rejects(keys.stage(), { code: "core_unavailable" });
});

t.test("a core that does not answer in time, answers without end or is away is unavailable", async (t) => {
  const hasty = createCoreKeys({ uri: core.uri, apiKey: core.apiKey, deadlineMs: 300 });
  for (const behaviour of ["frozen", "dribbles"] as const) {
    core.behave(behaviour);
    const { ms } = await inTime(1_500, () => t.rejects(hasty.list(), { code: "core_unavailable" }));
    t.ok(ms < 1_500, `${behaviour}: ${ms} ms`);
  }
  await core.stop();
  for (const call of calls) await t.rejects(call(), { code: "core_unavailable" });
  await core.start();
});
