import { createHttpServer, type HttpServerOptions, refuseBrowsers } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { Verifier } from "@meshpass/verifier";
import type { FastifyInstance } from "fastify";
import { type CredentialRoutesOptions, mountCredentialRoutes } from "./credential-routes.ts";
import { type CutRoutesOptions, mountCutRoutes } from "./cut-routes.ts";
import { type KeyRoutesOptions, mountKeyRoutes } from "./key-routes.ts";
import { needsRole } from "./needs-role.ts";
import { type StatusAnswer, statusSchema } from "./status-schema.ts";

export interface OperatorAppOptions extends CredentialRoutesOptions, CutRoutesOptions, KeyRoutesOptions {
  readonly http: HttpServerOptions;
  /** Of operator tokens. */
  readonly verifier: Verifier;
  /** The details of readiness: everything that `/readyz` keeps to itself. */
  readonly status: () => StatusAnswer;
}

/**
 * The operator interface: credentials, cuts, keys and the why of readiness. Every call needs an operator token, but for health;
 * none may come from a web page.
 */
export function buildOperatorApp(options: OperatorAppOptions): FastifyInstance {
  const app = createHttpServer(options.http);
  app.addHook("onRequest", refuseBrowsers);
  const needs = needsRole(options.verifier);
  app.get(paths.status, needs("read", statusSchema), async () => options.status());
  mountCredentialRoutes(app, needs, options);
  mountCutRoutes(app, needs, options);
  mountKeyRoutes(app, needs, options);
  return app;
}
