import { HttpError } from "@meshpass/http-server";
import { type Block, type CutAnswer, endings, type Generation } from "@meshpass/protocol";
import type { CredentialRegistry } from "../credentials/credential-registry.ts";
import type { CutStore } from "../store/cut-store.ts";
import type { Blocks } from "./blocks.ts";
import type { CutLog } from "./cut-log.ts";

/**
 * What an operator can take away and give back. Every change is durable and in force here when its promise resolves; what
 * it throws came of nothing, but for an HttpError `server_error`: that one is stored, and is published as soon as it can be.
 */
export interface CutOperations {
  /** `caller` is whose token it is, where that is a jti and known: too many of them become one cut of the caller. */
  cut(ends: string, caller?: string): Promise<CutAnswer>;
  /** The tokens and the credentials of `service`, those without a jti for good; then the streams that they opened. */
  cutService(service: string): Promise<CutAnswer>;
  /** Ends the credential `jti`, its service's tokens unless `keepTokens`, and then its streams. Undefined if there is no such one. */
  revokeCredential(jti: string, keepTokens: boolean): Promise<CutAnswer | { readonly keptTokens: true } | undefined>;
  /** No token for this edge, or for any of the caller's, from now on; those that exist are cut. */
  block(caller: string, target: string | undefined): Promise<CutAnswer>;
  /** False if there was no such block. */
  unblock(caller: string, target: string | undefined): Promise<boolean>;
  blocks(): readonly Block[];
  /** The cuts that can still match a token. */
  list(): Generation & { readonly cuts: ReturnType<CutLog["live"]> };
  head(): Generation;
  /** How many credentials of `service` are good now. */
  credentialsOf(service: string): number;
}

export interface CutOperationsOptions {
  readonly store: Pick<CutStore, "addCuts" | "addBlock" | "removeBlock">;
  readonly cutLog: CutLog;
  readonly registry: CredentialRegistry;
  readonly blocks: Blocks;
  /** Ends the streams of the feed that were opened with a credential of this service. */
  readonly endStreams: (service: string) => void;
  /** ms since 1970. */
  readonly clock: () => number;
}

export function createCutOperations(options: CutOperationsOptions): CutOperations {
  const { store, cutLog, registry, blocks, endStreams, clock } = options;
  const head = (): Generation => {
    const { epoch, number } = cutLog.head();
    return { epoch, number };
  };
  /** The store first; what it took is then read back from it, in the order in which it took it. */
  const publish = async (ends: string, write: (atMs: number) => Promise<unknown>): Promise<CutAnswer> => {
    const at = clock();
    await write(at);
    await cutLog.catchUp().catch((cause: unknown) => {
      throw new HttpError("server_error", { cause });
    });
    return { ...head(), ends, at };
  };
  /** Only then: who is cut off hears of it on the stream that he has. */
  const publishAndEndStreams = async (service: string, write: () => Promise<unknown>): Promise<CutAnswer> => {
    const done = await publish(endings.caller(service), write);
    endStreams(service);
    return done;
  };
  return {
    cut: (ends, caller) => publish(ends, (at) => store.addCuts([ends], seconds(at), caller)),
    cutService: async (service) => {
      let credentialsEnded = 0;
      const done = await publishAndEndStreams(service, async () => {
        credentialsEnded = await registry.cut(service);
      });
      return { ...done, credentialsEnded };
    },
    revokeCredential: async (jti, keepTokens) => {
      const service = registry.list().find((credential) => credential.jti === jti)?.service;
      if (service === undefined) return undefined;
      if (!keepTokens) return publishAndEndStreams(service, () => registry.revoke(jti));
      await registry.revoke(jti, keepTokens);
      endStreams(service);
      return { keptTokens: true };
    },
    block: (caller, target) =>
      publish(target === undefined ? endings.caller(caller) : endings.edge(caller, target), async (at) => {
        await store.addBlock(caller, target, seconds(at));
        blocks.noteAdded({ caller, target, at: seconds(at) });
      }),
    unblock: async (caller, target) => {
      const wasThere = await store.removeBlock(caller, target);
      blocks.noteRemoved(caller, target);
      return wasThere;
    },
    blocks: blocks.list,
    list: () => ({ ...head(), cuts: cutLog.live() }),
    head,
    credentialsOf: registry.countGood,
  };
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);
