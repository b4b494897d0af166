import { HttpError, objectBody } from "@meshpass/http-server";
import {
  type CredentialAnswer,
  type CredentialList,
  type CutAnswer,
  type KeptTokensAnswer,
  paths,
  tokenRules,
} from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import { type Issuer, issueCredential } from "../credentials/issue-credential.ts";
import type { CutOperations } from "../cutoffs/cut-operations.ts";
import type { Needs } from "./needs-role.ts";
import { orStoreUnavailable } from "./or-store-unavailable.ts";
import { readJti, readService } from "./read-cut.ts";

export interface CredentialRoutesOptions extends Issuer {
  /** Whether the map in force names a service. */
  readonly isInMap: (service: string) => boolean;
  readonly cutOperations: CutOperations;
}

/** What services prove themselves with: made, listed, ended. */
export function mountCredentialRoutes(app: FastifyInstance, needs: Needs, options: CredentialRoutesOptions): void {
  const { registry, isInMap, cutOperations } = options;
  app.get(
    paths.credentials,
    needs("read"),
    async (): Promise<CredentialList> => ({
      credentials: registry.list(),
      legacyCredentials: registry.listLegacy(),
    }),
  );
  app.post(paths.credentials, needs("issue"), async (request): Promise<CredentialAnswer> => {
    const wanted = readIssueRequest(request.body);
    const credential = await orStoreUnavailable(issueCredential(options, wanted));
    return { ...credential, inMap: isInMap(wanted.service) };
  });
  type Revoke = { Params: { jti: string }; Querystring: { keepTokens?: string } };
  app.delete<Revoke>(
    `${paths.credentials}/:jti`,
    needs("edit"),
    async ({ params, query }): Promise<KeptTokensAnswer | (CutAnswer & { revoked: string })> => {
      const jti = readJti(params.jti);
      const done = await orStoreUnavailable(cutOperations.revokeCredential(jti, query.keepTokens === "true"));
      if (done === undefined) throw new HttpError("unknown_credential");
      return { revoked: jti, ...done };
    },
  );
}

function readIssueRequest(body: unknown): { service: string; lifetimeSeconds: number } {
  const { defaultLifetimeSeconds, maxLifetimeSeconds } = tokenRules.credential;
  const { service, lifetimeSeconds = defaultLifetimeSeconds } = objectBody(body, ["service", "lifetimeSeconds"]);
  const isInRange = Number.isSafeInteger(lifetimeSeconds) && Number(lifetimeSeconds) >= 60;
  if (!isInRange || Number(lifetimeSeconds) > maxLifetimeSeconds) throw new HttpError("invalid_request");
  return { service: readService(service), lifetimeSeconds: Number(lifetimeSeconds) };
}
