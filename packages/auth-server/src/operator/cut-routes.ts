import { HttpError, objectBody } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import type { CutOperations } from "../cutoffs/cut-operations.ts";
import type { LiveTokenLedger } from "../cutoffs/live-tokens.ts";
import type { Receivers } from "../cutoffs/receivers.ts";
import type { Needs } from "./needs-role.ts";
import { orStoreUnavailable } from "./or-store-unavailable.ts";
import { type CutRequest, readCut, readService, type WantedEdge } from "./read-cut.ts";

export interface CutRoutesOptions {
  readonly cutOperations: CutOperations;
  readonly receivers: Receivers;
  readonly liveTokens: LiveTokenLedger;
  readonly isInMap: (service: string) => boolean;
  /** Whether the map in force lets `caller` have tokens for `target`. */
  readonly mapAllows: (caller: string, target: string) => boolean;
  /** ms since 1970. */
  readonly clock: () => number;
}

/** Cuts, blocks and who has read them: `needs` gives the hook that asks for a role. */
export function mountCutRoutes(app: FastifyInstance, needs: Needs, options: CutRoutesOptions): void {
  const { cutOperations, receivers, clock } = options;
  app.get(paths.cuts, needs("read"), async () => cutOperations.list());
  app.post(paths.cuts, needs("edit"), async ({ body }) => {
    const wanted = readCut(body);
    return wanted.dryRun ? foresee(options, wanted) : orStoreUnavailable(cut(options, wanted));
  });
  app.get(paths.blocks, needs("read"), async () => ({ blocks: cutOperations.blocks() }));
  app.post(paths.blocks, needs("edit"), async ({ body }) => {
    const { caller, target } = objectBody(body, ["caller", "target"]);
    return orStoreUnavailable(
      cutOperations.block(readService(caller), target === undefined ? undefined : readService(target)),
    );
  });
  const unblock = async (caller: string, target: string | undefined) => {
    if (!(await orStoreUnavailable(cutOperations.unblock(caller, target)))) throw new HttpError("unknown_block");
    return { lifted: true };
  };
  type Edge = { Params: { caller: string; target: string } };
  app.delete<Edge>(`${paths.blocks}/:caller`, needs("edit"), ({ params }) =>
    unblock(readService(params.caller), undefined),
  );
  app.delete<Edge>(`${paths.blocks}/:caller/:target`, needs("edit"), ({ params }) =>
    unblock(readService(params.caller), readService(params.target)),
  );
  app.get(paths.receivers, needs("read"), async () => ({
    ...cutOperations.head(),
    now: clock(),
    receivers: receivers.list(),
  }));
  type One = { Params: { service: string; instance: string } };
  app.delete<One>(`${paths.receivers}/:service/:instance`, needs("edit"), async ({ params }) => {
    if (!receivers.forget(readService(params.service), params.instance)) throw new HttpError("unknown_receiver");
    return { forgotten: true };
  });
}

async function cut({ cutOperations, isInMap, mapAllows }: CutRoutesOptions, wanted: CutRequest): Promise<object> {
  if ("service" in wanted)
    return { ...(await cutOperations.cutService(wanted.service)), inMap: isInMap(wanted.service) };
  const { caller, target } = wanted.edge;
  const done = await cutOperations.cut(wanted.ends);
  return caller === undefined || target === undefined ? done : { ...done, mapAllows: mapAllows(caller, target) };
}

/** What a cut would stop, by what this process has handed out since it began. */
function foresee({ cutOperations, liveTokens }: CutRoutesOptions, wanted: CutRequest): object {
  const isWanted = "service" in wanted ? ofCaller(wanted.service) : ofEdge(wanted.edge);
  const credentials = "service" in wanted ? cutOperations.credentialsOf(wanted.service) : 0;
  return { wouldEnd: liveTokens.list(isWanted), since: liveTokens.since, credentials };
}

const ofCaller = (service: string) => (edge: WantedEdge) => edge.caller === service;

/** A single token is not looked up: which edge it is of is in the record of decisions. */
const ofEdge = (wanted: WantedEdge) => (edge: WantedEdge) =>
  wanted.jti === undefined &&
  (wanted.caller === undefined || wanted.caller === edge.caller) &&
  (wanted.target === undefined || wanted.target === edge.target);
