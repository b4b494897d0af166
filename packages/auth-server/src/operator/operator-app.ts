import { createHttpServer, HttpError, type HttpServerOptions, objectBody, refuseBrowsers } from "@meshpass/http-server";
import { isServiceName, type OperatorRole, paths, tokenRules } from "@meshpass/protocol";
import { readBearer, type Verifier, VerifierError } from "@meshpass/verifier";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Issuer, issueCredential } from "../credentials/issue-credential.ts";

export interface OperatorAppOptions extends Issuer {
  readonly http: HttpServerOptions;
  /** Of operator tokens. */
  readonly verifier: Verifier;
  /** Whether the map in force names a service. */
  readonly isInMap: (service: string) => boolean;
  /** The details of readiness: everything that `/readyz` keeps to itself. */
  readonly status: () => object;
}

/** Each role includes the ones before it. */
const roles: readonly OperatorRole[] = ["read", "edit", "issue"];

/**
 * The operator interface: credentials, cuts and the why of readiness. Every call needs an operator token, but for health;
 * none may come from a web page.
 */
export function buildOperatorApp(options: OperatorAppOptions): FastifyInstance {
  const { registry, status, isInMap } = options;
  const app = createHttpServer(options.http);
  app.addHook("onRequest", refuseBrowsers);
  const needs = (role: OperatorRole) => ({
    onRequest: (request: FastifyRequest) => requireRole(options.verifier, request, role),
  });
  app.get("/status", needs("read"), async () => status());
  app.get(paths.credentials, needs("read"), async () => ({
    credentials: registry.list(),
    legacyCredentials: registry.listLegacy(),
  }));
  app.post(paths.credentials, needs("issue"), async (request) => {
    const wanted = readIssueRequest(request.body);
    const credential = await orStoreUnavailable(issueCredential(options, wanted));
    return { ...credential, inMap: isInMap(wanted.service) };
  });
  app.delete<{ Params: { jti: string } }>(`${paths.credentials}/:jti`, needs("edit"), async ({ params }) => {
    const jti = readJti(params.jti);
    if (!(await orStoreUnavailable(registry.revoke(jti)))) throw new HttpError("unknown_credential");
    return { revoked: jti };
  });
  app.post(paths.cuts, needs("edit"), async (request) => {
    const service = readService(objectBody(request.body, ["service"]).service);
    return { service, ended: await orStoreUnavailable(registry.cut(service)), inMap: isInMap(service) };
  });
  return app;
}

async function requireRole(verifier: Verifier, request: FastifyRequest, role: OperatorRole): Promise<void> {
  const { claims } = await verifyOperator(verifier, request.raw.rawHeaders);
  if (roles.indexOf(claims.role as OperatorRole) < roles.indexOf(role)) throw new HttpError("insufficient_role");
}

async function verifyOperator(verifier: Verifier, rawHeaders: readonly string[]) {
  try {
    return await verifier.verify(readBearer(rawHeaders));
  } catch (error) {
    throw error instanceof VerifierError ? new HttpError(error.code, { cause: error }) : error;
  }
}

function readIssueRequest(body: unknown): { service: string; lifetimeSeconds: number } {
  const { defaultLifetimeSeconds, maxLifetimeSeconds } = tokenRules.credential;
  const { service, lifetimeSeconds = defaultLifetimeSeconds } = objectBody(body, ["service", "lifetimeSeconds"]);
  const isInRange = Number.isSafeInteger(lifetimeSeconds) && Number(lifetimeSeconds) >= 60;
  if (!isInRange || Number(lifetimeSeconds) > maxLifetimeSeconds) throw new HttpError("invalid_request");
  return { service: readService(service), lifetimeSeconds: Number(lifetimeSeconds) };
}

function readJti(jti: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(jti)) throw new HttpError("invalid_request");
  return jti;
}

function readService(service: unknown): string {
  if (!isServiceName(service)) throw new HttpError("invalid_request");
  return service;
}

/** A change that is not stored has not happened, and the operator must be told so. */
async function orStoreUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof HttpError ? cause : new HttpError("store_unavailable", { cause });
  }
}
