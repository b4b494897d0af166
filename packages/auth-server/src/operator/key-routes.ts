import { HttpError, objectBody } from "@meshpass/http-server";
import {
  type CutAnswer,
  isKid,
  type KeyChange,
  type KeyList,
  type PromoteAnswer,
  paths,
  type StageAnswer,
  type WithdrawAnswer,
} from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import type { KeyOperations } from "../keys/key-operations.ts";
import { changeKeysSchema, listKeysSchema, withdrawKeySchema } from "./key-schemas.ts";
import type { Needs } from "./needs-role.ts";
import { orStoreUnavailable } from "./or-store-unavailable.ts";

export interface KeyRoutesOptions {
  readonly keyOperations: KeyOperations<CutAnswer>;
}

/** The core's signing keys: listed, rotated, withdrawn. */
export function mountKeyRoutes(app: FastifyInstance, needs: Needs, { keyOperations }: KeyRoutesOptions): void {
  app.get(paths.keys, needs("read", listKeysSchema), (): Promise<KeyList> => keyOperations.list());
  app.post(paths.keys, needs("edit", changeKeysSchema), async ({ body }): Promise<StageAnswer | PromoteAnswer> => {
    const change = readKeyChange(body);
    if (change.action === "stage") return { staged: await keyOperations.stage() };
    await keyOperations.promote(change.kid, change.force === true);
    return { promoted: change.kid };
  });
  app.delete<{ Params: { kid: string } }>(
    `${paths.keys}/:kid`,
    needs("edit", withdrawKeySchema),
    async ({ params }): Promise<WithdrawAnswer> => {
      const kid = readKid(params.kid);
      return { withdrawn: kid, ...(await orStoreUnavailable(keyOperations.withdraw(kid))) };
    },
  );
}

function readKeyChange(body: unknown): KeyChange {
  const read = objectBody(body, ["action", "kid", "force"]);
  const { action, kid, force = false } = read;
  if (action === "stage" && Object.keys(read).length === 1) return { action };
  if (action !== "promote" || typeof force !== "boolean") throw new HttpError("invalid_request");
  return { action, kid: readKid(kid), force };
}

function readKid(kid: unknown): string {
  if (!isKid(kid)) throw new HttpError("invalid_request");
  return kid;
}
