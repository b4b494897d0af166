import { HttpError } from "@meshpass/http-server";
import type { Operation } from "@meshpass/http-server/openapi";
import type { ErrorCode, OperatorRole } from "@meshpass/protocol";
import { readBearer, type Verifier, VerifierError } from "@meshpass/verifier";
import type { FastifyRequest } from "fastify";

/** Each role includes the ones before it. */
const roles: readonly OperatorRole[] = ["read", "edit", "issue"];

/** The hook that a route needs for its role, and the schema of its operation, which says so. */
export type Needs = (role: OperatorRole, operation: Operation) => RouteOfRole;

interface RouteOfRole {
  readonly onRequest: (request: FastifyRequest) => Promise<void>;
  readonly schema: Operation;
}

/** What comes of another token. */
const tokenErrors = [
  "missing_token",
  "invalid_token",
  "insufficient_role",
  "keys_unavailable",
] as const satisfies readonly ErrorCode[];

/** Makes {@link Needs} for whoever `verifier`, one of operator tokens, lets in. */
export const needsRole =
  (verifier: Verifier): Needs =>
  (role, operation) => ({
    onRequest: (request) => requireRole(verifier, request, role),
    schema: {
      ...operation,
      security: [{ operatorToken: [role] }],
      errors: [...tokenErrors, ...(operation.errors ?? [])],
    },
  });

async function requireRole(verifier: Verifier, request: FastifyRequest, role: OperatorRole): Promise<void> {
  const { claims } = await verifyOperator(verifier, request.raw.rawHeaders);
  if (!hasRole(claims, role)) throw new HttpError("insufficient_role");
}

/** Whether the claims of an operator token give it `role`, or one that includes it. */
export const hasRole = (claims: Readonly<Record<string, unknown>>, role: OperatorRole): boolean =>
  roles.indexOf(claims.role as OperatorRole) >= roles.indexOf(role);

async function verifyOperator(verifier: Verifier, rawHeaders: readonly string[]) {
  try {
    return await verifier.verify(readBearer(rawHeaders));
  } catch (error) {
    throw error instanceof VerifierError ? new HttpError(error.code, { cause: error }) : error;
  }
}
