import { HttpError } from "@meshpass/http-server";
import type { OperatorRole } from "@meshpass/protocol";
import { readBearer, type Verifier, VerifierError } from "@meshpass/verifier";
import { hasRole } from "../operator/needs-role.ts";
import type { Known, ProvenCaller } from "../proven-caller.ts";
import type { ClientRequest } from "./parameters.ts";

/** Who asks about a token: a client, or an operator, who may ask about any. */
export type Requester = { readonly client: string } | { readonly operator: true };

export interface RequesterDependencies {
  readonly authenticateClient: (request: ClientRequest) => Promise<Known<ProvenCaller>>;
  /** Of operator tokens. */
  readonly operators: Verifier;
}

/**
 * Who sends `request`: whoever shows an operator token of at least `role` as bearer token, else a client.
 *
 * @throws HttpError for anybody else
 */
export async function authenticateRequester(
  { authenticateClient, operators }: RequesterDependencies,
  request: ClientRequest,
  role: OperatorRole,
): Promise<Requester> {
  if (await isOperator(operators, request.rawHeaders, role)) return { operator: true };
  const client = await authenticateClient(request);
  if ("value" in client) return { client: client.value.name };
  const { code, headers } = client.refused;
  throw new HttpError(code, { headers });
}

async function isOperator(operators: Verifier, rawHeaders: readonly string[], role: OperatorRole): Promise<boolean> {
  try {
    return hasRole((await operators.verify(readBearer(rawHeaders))).claims, role);
  } catch (error) {
    if (error instanceof VerifierError) return false;
    throw error;
  }
}
