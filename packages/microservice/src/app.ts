import { createHttpServer, type Log, type Metrics, type Readiness, refuseBrowsers } from "@meshpass/http-server";
import { longestAccessLifetimeSeconds, paths } from "@meshpass/protocol";
import type { Cutoffs, Introspection, Keys } from "@meshpass/verifier";
import { meshpassVerifier } from "@meshpass/verifier/fastify";
import type { FastifyInstance } from "fastify";
import { helloRoute } from "./hello.ts";
import type { Profile } from "./profiles/profile.ts";
import { queryRoute } from "./query.ts";
import type { QueryClient } from "./query-target.ts";
import type { Service } from "./services-file.ts";

export interface MicroserviceParts {
  readonly name: string;
  /** All services that can be called, this one among them. */
  readonly services: ReadonlyMap<string, Service>;
  readonly client: QueryClient;
  readonly keys: Keys;
  /** What has been cut off is refused too; without it a token lives until it expires. */
  readonly cutoffs?: Cutoffs;
  /** What opaque tokens stand for; without it they are refused. */
  readonly introspection?: Introspection;
  /** Whose tokens are accepted: exact values of `iss`. */
  readonly issuers: readonly string[];
  /**
   * Who may use `/query`, which lends this service's identity to whoever asks: a service with a token, whoever is on
   * this machine and no web page, or anybody.
   */
  readonly openQuery: "callers" | "this machine" | "anybody";
  readonly ready: () => Readiness;
  /** What it does in place of `/hello` and `/query`. */
  readonly profile?: Profile | undefined;
  readonly log: Log;
  readonly metrics?: Metrics;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly clock?: () => number;
}

/** The generic service: `GET /hello`, guarded, and `POST /query`, or what its profile says. Listens nowhere yet. */
export async function buildMicroservice(parts: MicroserviceParts): Promise<FastifyInstance> {
  const { name, services, keys, issuers, ready, log, metrics } = parts;
  const app = createHttpServer({ log, ready, ...(metrics === undefined ? {} : { metrics }) });
  // How long a token may live is the map's to say, not this service's.
  const maxLifetimeSeconds = longestAccessLifetimeSeconds;
  const audience = services.get(name)?.audience ?? name;
  const rules = { issuers, audience, kind: "access", keys, maxLifetimeSeconds } as const;
  const { cutoffs, introspection, clock } = parts;
  const more = {
    ...(introspection === undefined ? {} : { introspection }),
    ...(cutoffs === undefined ? {} : { cutoffs }),
    ...(clock === undefined ? {} : { clock }),
  };
  await app.register(meshpassVerifier, { ...rules, ...more });
  if (parts.profile === undefined) mountGreeting(app, parts);
  else parts.profile.mount(app);
  return app;
}

function mountGreeting(app: FastifyInstance, { name, services, client, openQuery }: MicroserviceParts): void {
  app.get(paths.hello, { onRequest: app.requireCaller() }, helloRoute(name));
  const guards = { callers: app.requireCaller(), "this machine": refuseBrowsers, anybody: [] };
  app.post(paths.query, { onRequest: guards[openQuery] }, queryRoute({ client, services }));
}
