import { HttpError, objectBody } from "@meshpass/http-server";
import {
  type BlockList,
  type CutAnswer,
  type ForgetAnswer,
  paths,
  type ReceiverList,
  type UnblockAnswer,
  type WantedCut,
} from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import type { CutOperations } from "../cutoffs/cut-operations.ts";
import { type ForesightOptions, foreseeCut } from "../cutoffs/foresee-cut.ts";
import type { Receivers } from "../cutoffs/receivers.ts";
import { endingOf, namesIn } from "../cutoffs/wanted-cut.ts";
import { blockSchema, listBlocksSchema, unblockCallerSchema, unblockEdgeSchema } from "./block-schemas.ts";
import { cutSchema, listCutsSchema } from "./cut-schemas.ts";
import type { Needs } from "./needs-role.ts";
import { orStoreUnavailable } from "./or-store-unavailable.ts";
import { readCut, readService } from "./read-cut.ts";
import { forgetReceiverSchema, listReceiversSchema } from "./receiver-schemas.ts";

export interface CutRoutesOptions extends ForesightOptions {
  readonly cutOperations: CutOperations;
  readonly receivers: Receivers;
  /** Whether the map in force lets `caller` have tokens for `target`. */
  readonly mapAllows: (caller: string, target: string) => boolean;
}

/** Cuts, blocks and who has read them: `needs` gives the hook that asks for a role. */
export function mountCutRoutes(app: FastifyInstance, needs: Needs, options: CutRoutesOptions): void {
  const { cutOperations, receivers, clock } = options;
  app.get(paths.cuts, needs("read", listCutsSchema), async () => cutOperations.list());
  app.post(paths.cuts, needs("edit", cutSchema), async ({ body }) => {
    const { wanted, dryRun } = readCut(body);
    return dryRun ? foreseeCut(options, wanted) : orStoreUnavailable(cut(options, wanted));
  });
  app.get(
    paths.blocks,
    needs("read", listBlocksSchema),
    async (): Promise<BlockList> => ({ blocks: cutOperations.blocks() }),
  );
  app.post(paths.blocks, needs("edit", blockSchema), ({ body }) => orStoreUnavailable(block(options, body)));
  const unblock = async (caller: string, target: string | undefined): Promise<UnblockAnswer> => {
    if (!(await orStoreUnavailable(cutOperations.unblock(caller, target)))) throw new HttpError("unknown_block");
    return { lifted: true };
  };
  type Edge = { Params: { caller: string; target: string } };
  app.delete<Edge>(`${paths.blocks}/:caller`, needs("edit", unblockCallerSchema), ({ params }) =>
    unblock(readService(params.caller), undefined),
  );
  app.delete<Edge>(`${paths.blocks}/:caller/:target`, needs("edit", unblockEdgeSchema), ({ params }) =>
    unblock(readService(params.caller), readService(params.target)),
  );
  app.get(
    paths.receivers,
    needs("read", listReceiversSchema),
    async (): Promise<ReceiverList> => ({ ...cutOperations.head(), now: clock(), receivers: receivers.list() }),
  );
  type One = { Params: { service: string; instance: string } };
  app.delete<One>(
    `${paths.receivers}/:service/:instance`,
    needs("edit", forgetReceiverSchema),
    async ({ params }): Promise<ForgetAnswer> => {
      if (!receivers.forget(readService(params.service), params.instance)) throw new HttpError("unknown_receiver");
      return { forgotten: true };
    },
  );
}

async function cut(options: CutRoutesOptions, wanted: WantedCut): Promise<CutAnswer> {
  const { cutOperations, findUnknownNames, mapAllows } = options;
  const done = await ("service" in wanted
    ? cutOperations.cutService(wanted.service)
    : cutOperations.cut(endingOf(wanted)));
  const notInMap = findUnknownNames(namesIn(wanted));
  return { ...done, notInMap, ...("caller" in wanted ? { mapAllows: mapAllows(wanted.caller, wanted.target) } : {}) };
}

async function block(options: CutRoutesOptions, body: unknown): Promise<CutAnswer> {
  const read = objectBody(body, ["caller", "target"]);
  const caller = readService(read.caller);
  const target = read.target === undefined ? undefined : readService(read.target);
  const done = await options.cutOperations.block(caller, target);
  return { ...done, notInMap: options.findUnknownNames(target === undefined ? [caller] : [caller, target]) };
}
