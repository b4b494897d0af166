import { type ApiDescription, describeRoutes, type OpenApiDocument, routesOf } from "@meshpass/http-server/openapi";
import { defaultPorts, type ErrorCode } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import manifest from "../../package.json" with { type: "json" };
import type { AuthServer } from "../auth-server.ts";
import { operatorSecurity, publicSecurity } from "./security.ts";

/** What any request may come to, whatever it asks for. */
const anywhere = [
  "invalid_request",
  "request_timeout",
  "headers_too_large",
  "server_error",
  "not_ready",
] as const satisfies readonly ErrorCode[];

const notStored = "No answer is stored (`Cache-Control: no-store`) unless it says so itself.";

const publicApi: ApiDescription = {
  info: {
    title: "Meshpass auth server",
    version: manifest.version,
    description: `Tokens for one call direction each, what they say, their end, and the feed of cuts. ${notStored}`,
  },
  servers: [{ url: `http://localhost:${defaultPorts.authServer}`, description: "As it starts by itself" }],
  securitySchemes: publicSecurity,
  errors: anywhere,
};

const operatorApi: ApiDescription = {
  info: {
    title: "Meshpass operator interface",
    version: manifest.version,
    description: `Credentials, cuts, blocks, receivers and keys, for programs on the machine of the auth server. ${notStored}`,
  },
  servers: [{ url: `http://127.0.0.1:${defaultPorts.operator}`, description: "Bound to loopback" }],
  securitySchemes: operatorSecurity,
  errors: [...anywhere, "caller_not_allowed"],
};

/** The OpenAPI 3.1 document of each interface of the auth server. */
export interface DescribedApi {
  readonly public: OpenApiDocument;
  readonly operator: OpenApiDocument;
}

/**
 * Makes the documents of the routes that the two apps have, by their schemas.
 *
 * @throws TypeError for a route without a schema
 */
export async function describeApi({
  app,
  operatorApp,
}: Pick<AuthServer, "app" | "operatorApp">): Promise<DescribedApi> {
  return { public: await describeApp(app, publicApi), operator: await describeApp(operatorApp, operatorApi) };
}

async function describeApp(app: FastifyInstance, api: ApiDescription): Promise<OpenApiDocument> {
  await app.ready();
  return describeRoutes(routesOf(app), api);
}
