import { remoteKeys, type VerifierOptions } from "@meshpass/verifier";
import { meshpassVerifier } from "@meshpass/verifier/fastify";
import Fastify, { type FastifyInstance } from "fastify";
import type { Test } from "tap";
import type { Issuer } from "./start-issuer.ts";

export interface ServiceOptions {
  /** What its verifier is told besides, knowing the origin that it is reached at. */
  readonly rules?: (origin: string) => Partial<VerifierOptions>;
  /** Its routes; without it `/who` says who calls. */
  readonly mount?: (app: FastifyInstance) => void;
}

const mountWho = (app: FastifyInstance): void => {
  app.get("/who", { onRequest: app.requireCaller() }, async ({ caller }) => caller.name);
};

/** A guarded service `audience`, until the test ends; the origin that it is reached at. */
export async function startService(
  t: Test,
  issuer: Issuer,
  audience: string,
  { rules = () => ({}), mount = mountWho }: ServiceOptions,
): Promise<string> {
  const shell = Fastify();
  const origin = await shell.listen({ host: "127.0.0.1", port: 0 });
  await shell.close();
  const keys = remoteKeys({ url: `${issuer.url}/.well-known/jwks.json` });
  const app = Fastify();
  t.teardown(async () => {
    await app.close();
    keys.close();
  });
  const known = { issuers: ["auth-server", issuer.url], audience, kind: "access", keys } as const;
  await app.register(meshpassVerifier, { ...known, ...rules(origin) });
  mount(app);
  await app.listen({ host: "127.0.0.1", port: Number(new URL(origin).port) });
  return origin;
}
