import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.ts";
import { text } from "./answer.ts";
import { isBefore, readCdiVersion } from "./cdi-version.ts";
import type { createEndpoints } from "./endpoints.ts";
import type { createPathMatcher } from "./match-path.ts";
import { readBody } from "./read-body.ts";
import { Refusal } from "./refusal.ts";

/** The checks and the endpoints that a request passes through. */
export interface Pipeline extends ReturnType<typeof createEndpoints> {
  readonly checkHost: (request: IncomingMessage) => void;
  readonly checkApiKey: (headers: IncomingMessage["headers"]) => void;
  readonly matchPath: ReturnType<typeof createPathMatcher>;
}

/** Answers one request. Every Refusal becomes its status and text; any other error is the caller's. */
export async function answerRequest(pipeline: Pipeline, request: IncomingMessage): Promise<Answer> {
  try {
    return await runPhases(pipeline, request);
  } catch (error) {
    if (error instanceof Refusal) return text(error.status, error.message);
    throw error;
  }
}

async function runPhases(pipeline: Pipeline, request: IncomingMessage): Promise<Answer> {
  const { method = "", url = "", headers } = request;
  // 1. Not from a web page.
  pipeline.checkHost(request);
  // 2. Which endpoint, in which app. An app that is not there is refused before its key is asked for.
  const { endpoint: path = "", app, tenant } = pipeline.matchPath(url);
  const endpoint = pipeline.endpoints.get(path) ?? pipeline.elsewhere;
  if (app !== "public") throw new Refusal(400, unknownApp(app));
  // 3. Who asks.
  if (endpoint.needsApiKey) pipeline.checkApiKey(headers);
  // 4. In which version; tenants came with 3.0.
  const header = headers["cdi-version"];
  const cdiVersion = readCdiVersion(header === undefined ? undefined : String(header), endpoint.needsCdiVersion);
  if (tenant !== "public" && isBefore(cdiVersion, "3.0")) throw new Refusal(404, "Not found");
  // 5. How.
  const handler = endpoint.methods.get(method);
  if (handler === undefined) throw new Refusal(405, "Method not supported");
  // 6. The endpoint itself.
  return handler({ tenant, cdiVersion, body: () => readBody(request) });
}

const unknownApp = (app: string): string =>
  `AppId or tenantId not found => Tenant with the following connectionURIDomain, appId and tenantId combination not found: (, ${app}, public)`;
