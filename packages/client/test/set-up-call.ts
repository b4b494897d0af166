import type { Test } from "tap";
import { type ClientOptions, createClient } from "../src/index.ts";
import { grant, type Reply, startServer } from "./fakes.ts";

export const hello: Reply = (_, response) => response.end("Hello to m1 from m2!");

/** A client of m1, whose auth server grants everything and whose target m2 answers by `reply`. */
export async function setUp(t: Test, reply: Reply = hello, options: Partial<ClientOptions> & { auth?: Reply } = {}) {
  const auth = await startServer(t, options.auth ?? grant());
  const target = await startServer(t, reply);
  const { auth: _, ...rest } = options;
  const client = createClient({
    authServer: auth.url,
    credential: "cred-1",
    services: { m2: { url: target.url } },
    ...rest,
  });
  t.teardown(() => client.close());
  return { auth, target, client };
}
