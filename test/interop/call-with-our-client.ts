import { createClient } from "@meshpass/client";
import { remoteIntrospection, remoteKeys, type VerifierOptions } from "@meshpass/verifier";
import { meshpassVerifier } from "@meshpass/verifier/fastify";
import Fastify from "fastify";
import type { Test } from "tap";
import type { Issuer } from "./start-issuer.ts";

/** A service `audience`, guarded; the origin that it is reached at is known before it is built. */
async function startService(
  t: Test,
  issuer: Issuer,
  audience: string,
  more: (origin: string) => Partial<VerifierOptions>,
) {
  const shell = Fastify();
  const origin = await shell.listen({ host: "127.0.0.1", port: 0 });
  await shell.close();
  const keys = remoteKeys({ url: `${issuer.url}/.well-known/jwks.json` });
  const app = Fastify();
  t.teardown(async () => {
    await app.close();
    keys.close();
  });
  const rules = { issuers: ["auth-server", issuer.url], audience, kind: "access", keys } as const;
  await app.register(meshpassVerifier, { ...rules, ...more(origin) });
  app.get("/who", { onRequest: app.requireCaller() }, async ({ caller }) => caller.name);
  await app.listen({ host: "127.0.0.1", port: Number(new URL(origin).port) });
  return origin;
}

/** Our own client and verifier, with tokens that only the other door gives. */
export async function callWithOurClient(t: Test, issuer: Issuer): Promise<void> {
  await t.test("a client with a key of its own calls a target whose edge demands it", async (t) => {
    for (const requireNonce of [false, true]) {
      const url = await startService(t, issuer, "vault", (origin) => ({ dpop: { origin, requireNonce } }));
      const client = createClient({
        authServer: issuer.url,
        credential: await issuer.credentialOf("bank"),
        services: { vault: { url } },
        dpop: true,
      });
      t.teardown(() => client.close());
      for (let call = 0; call < 2; call += 1) {
        const answer = await client.fetch("vault", "/who?x=1");
        t.equal(answer.status, 200, await answer.text());
      }
      const { value } = await client.getToken("vault");
      const stolen = await fetch(`${url}/who`, { headers: { authorization: `DPoP ${value}` } });
      t.equal(stolen.status, 401, "the token alone is worth nothing");
    }
  });

  await t.test("a target that takes opaque tokens is called like any other", async (t) => {
    const credential = await issuer.credentialOf("archive");
    const introspection = remoteIntrospection({
      url: `${issuer.url}/oauth/introspect`,
      credential: async () => credential,
    });
    t.teardown(introspection.close);
    const url = await startService(t, issuer, "archive", () => ({ introspection }));
    const client = createClient({
      authServer: issuer.url,
      credential: await issuer.credentialOf("bank"),
      services: { archive: { url } },
    });
    t.teardown(() => client.close());
    const answer = await client.fetch("archive", "/who");
    t.equal(await answer.text(), "bank");
    t.match((await client.getToken("archive")).value, /^[0-9a-f]{64}$/);
  });
}
