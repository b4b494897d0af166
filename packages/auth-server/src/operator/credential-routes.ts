import { HttpError, objectBody } from "@meshpass/http-server";
import {
  type CredentialAnswer,
  type CredentialList,
  type CutAnswer,
  type KeptTokensAnswer,
  type KeyAnswer,
  type NewCredential,
  type NewKey,
  type NewSecret,
  paths,
  type SecretAnswer,
} from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import { type Issuer, issueCredential } from "../credentials/issue-credential.ts";
import { issueKey } from "../credentials/issue-key.ts";
import { issueSecret } from "../credentials/issue-secret.ts";
import type { CutOperations } from "../cutoffs/cut-operations.ts";
import { issueCredentialSchema, listCredentialsSchema, revokeCredentialSchema } from "./credential-schemas.ts";
import type { Needs } from "./needs-role.ts";
import { orStoreUnavailable } from "./or-store-unavailable.ts";
import { readJti } from "./read-cut.ts";
import { readIssueRequest, type WantedCredential } from "./read-issue-request.ts";

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
    needs("read", listCredentialsSchema),
    async (): Promise<CredentialList> => ({
      credentials: registry.list(),
      legacyCredentials: registry.listLegacy(),
    }),
  );
  app.post(
    paths.credentials,
    needs("issue", issueCredentialSchema),
    async ({ body }): Promise<CredentialAnswer | SecretAnswer | KeyAnswer> => {
      const wanted = readIssueRequest(body);
      return { ...(await orStoreUnavailable(issue(options, wanted))), inMap: isInMap(wanted.service) };
    },
  );
  type Revoke = { Params: { jti: string } };
  app.delete<Revoke>(
    `${paths.credentials}/:jti`,
    needs("edit", revokeCredentialSchema),
    async ({ params, query }): Promise<KeptTokensAnswer | (CutAnswer & { revoked: string })> => {
      const jti = readJti(params.jti);
      const done = await orStoreUnavailable(cutOperations.revokeCredential(jti, readKeepTokens(query)));
      if (done === undefined) throw new HttpError("unknown_credential");
      return { revoked: jti, ...done };
    },
  );
}

/** Whoever meant to keep the tokens, and wrote it in another way, must not lose them. */
function readKeepTokens(query: unknown): boolean {
  const { keepTokens } = objectBody(query, ["keepTokens"]);
  if (keepTokens !== undefined && keepTokens !== "true") throw new HttpError("invalid_request");
  return keepTokens === "true";
}

function issue(issuer: Issuer, wanted: WantedCredential): Promise<NewCredential | NewSecret | NewKey> {
  if (wanted.type === "key") return issueKey(issuer, wanted, wanted.publicKey);
  return wanted.type === "secret" ? issueSecret(issuer, wanted) : issueCredential(issuer, wanted);
}
