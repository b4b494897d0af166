import { createCore, openKeyStore } from "@meshpass/embedded-core";
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader } from "jose";
import supertokens from "supertokens-node";
import JWT from "supertokens-node/recipe/jwt";
import t from "tap";

const apiKey = "a-key-for-the-contract-test";

t.test("supertokens-node mints and reads keys at the embedded core as at a real one", async (t) => {
  const store = openKeyStore(`${t.testdir()}/state/core.sqlite`);
  const core = await createCore({ store, apiKey, basePath: "/st/core" });
  const connectionURI = `${await core.listen()}/st/core/appid-public`;
  t.teardown(async () => {
    await core.close();
    store.close();
  });
  supertokens.init({
    supertokens: { connectionURI, apiKey },
    appInfo: { appName: "mesh", apiDomain: "http://localhost:8000", websiteDomain: "http://localhost:8000" },
    recipeList: [JWT.init()],
    telemetry: false,
  });

  for (const [family, useStatic] of [
    ["s-", true],
    ["d-", false],
  ] as const) {
    t.test(`a token under a key ${family}, which the JWKS holds`, async (t) => {
      const minted = await JWT.createJWT({ sub: "m1", aud: "m2", exp: 4_102_444_800, n: { "2": 1.5 } }, 60, useStatic);
      if (minted.status !== "OK") throw new Error(minted.status);
      const { keys, validityInSeconds } = await JWT.getJWKS();
      t.ok(validityInSeconds !== undefined && validityInSeconds > 604_000);
      await compactVerify(minted.jwt, createLocalJWKSet({ keys }), { algorithms: ["RS256"] });
      const { kid, ...header } = decodeProtectedHeader(minted.jwt);
      t.same(header, { typ: "JWT", alg: "RS256" });
      t.ok(kid?.startsWith(family));
      t.match(decodeJwt(minted.jwt), {
        iss: "http://localhost:8000",
        sub: "m1",
        aud: "m2",
        exp: 4_102_444_800,
        n: { "2": 1.5 },
      });
    });
  }

  t.test("what the SDK cannot send well is refused by the core, and the SDK says so", async (t) => {
    await t.rejects(JWT.createJWT([] as object, 60), { message: /status code: 400 and message: Field name 'payload'/ });
    await t.rejects(JWT.createJWT({}, 0), { message: /validity must be greater than or equal to 0/ });
  });
});
