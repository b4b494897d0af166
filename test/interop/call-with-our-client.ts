import { createClient } from "@meshpass/client";
import { remoteIntrospection } from "@meshpass/verifier";
import type { Test } from "tap";
import type { Issuer } from "./start-issuer.ts";
import { startService } from "./start-service.ts";

/** Our own client and verifier, with tokens that only the other door gives. */
export async function callWithOurClient(t: Test, issuer: Issuer): Promise<void> {
  await t.test("a client with a key of its own calls a target whose edge demands it", async (t) => {
    for (const requireNonce of [false, true]) {
      const url = await startService(t, issuer, "vault", {
        rules: (origin) => ({ dpop: { origin, requireNonce } }),
      });
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
    const url = await startService(t, issuer, "archive", { rules: () => ({ introspection }) });
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
