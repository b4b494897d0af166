import t from "tap";
import { createSafeLifetime, safeLifetime } from "../../src/mint/safe-lifetime.ts";
import { startFakeCore } from "../fake-core.ts";

t.test("it is twice the core's own, less a minute, and at most an hour", async (t) => {
  t.equal(safeLifetime(3_600), 3_600);
  t.equal(safeLifetime(600), 1_140);
  t.equal(safeLifetime(30), 0);
  t.equal(safeLifetime(1), 0);
});

t.test("until the core has said it, it is unknown, and then no token is safe", async (t) => {
  const fake = await startFakeCore(t);
  const lifetime = createSafeLifetime({ core: fake, safeLifetimeSeconds: undefined });
  t.equal(lifetime.isKnown(), false);
  t.equal(lifetime.seconds(), 0);
  fake.accessTokenValidity = 600;
  await lifetime.read();
  t.equal(lifetime.isKnown(), true);
  t.equal(lifetime.seconds(), 1_140);
});

t.test("a core that does not say it makes it unknown again", async (t) => {
  const fake = await startFakeCore(t);
  const lifetime = createSafeLifetime({ core: fake, safeLifetimeSeconds: undefined });
  for (const value of [undefined, null]) {
    fake.accessTokenValidity = 600;
    await lifetime.read();
    fake.accessTokenValidity = value;
    await lifetime.read();
    t.equal(lifetime.isKnown(), false, String(value));
  }
  fake.accessTokenValidity = 600;
  await lifetime.read();
  fake.behave({ status: 404, type: "text/html", body: "Not found" });
  await lifetime.read();
  t.equal(lifetime.isKnown(), false);
});

t.test("a core that is in trouble or says nonsense is a failure, and what it said last stays", async (t) => {
  const fake = await startFakeCore(t);
  const lifetime = createSafeLifetime({ core: fake, safeLifetimeSeconds: undefined });
  fake.accessTokenValidity = 600;
  await lifetime.read();
  for (const status of [401, 429, 500, 503, 302]) {
    fake.behave({ status, type: "text/html", body: "SECRET-WORDS" });
    await t.rejects(lifetime.read(), {
      message: `the core answered with status ${status} when asked for its settings`,
    });
    t.equal(lifetime.seconds(), 1_140);
  }
  fake.behave("works");
  for (const value of ["soon", -1, 0, {}, []]) {
    fake.accessTokenValidity = value;
    await t.rejects(lifetime.read(), { message: "the core's access_token_validity is no number of seconds" });
    t.equal(lifetime.seconds(), 1_140);
  }
});

t.test("an answer that cannot be read is a failure in words of ours, to be tried again", async (t) => {
  const fake = await startFakeCore(t);
  const lifetime = createSafeLifetime({ core: { ...fake, uri: `${fake.uri}/` }, safeLifetimeSeconds: undefined });
  for (const body of ["<h1>hello</h1>", "null", "[[null"]) {
    fake.behave({ status: 200, type: "application/json", body });
    await t.rejects(lifetime.read(), { message: "the core's settings cannot be read" });
  }
  await fake.stop();
  await t.rejects(lifetime.read());
});

t.test("where the configuration says it, the core is not asked", async (t) => {
  const core = { uri: "http://127.0.0.1:1", apiKey: undefined };
  const lifetime = createSafeLifetime({ core, safeLifetimeSeconds: 120 });
  await lifetime.read();
  t.equal(lifetime.seconds(), 120);
});
