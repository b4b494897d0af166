import { randomUUID } from "node:crypto";
import { checkTransport, isInstance } from "@meshpass/protocol";
import type { VerifierError } from "../verifier-error.ts";
import { type CutoffsOptions, readCutoffsOptions } from "./cutoffs-options.ts";

/** {@link CutoffsOptions}, and where the feed is. */
export interface RemoteCutoffsOptions extends CutoffsOptions {
  /** Where the feed is, `/cutoffs` of the auth server: `https:`, or `http:` on this machine. */
  readonly url: string;
  /**
   * Gives the credential of this service. With it the auth server keeps a place for this receiver that no stranger can
   * take, and is told at `<url>/confirmations` how far it is. Without it nothing is sent, and the auth server has few
   * places. `onStaleFeed: "refuse"` needs it. It goes to the origin of `url` alone.
   */
  readonly credential?: () => Promise<string>;
  /** Told of everything that was wrong with the feed, so that it can be logged and counted. Must not throw. */
  readonly onFailure?: (error: VerifierError) => void;
  /**
   * What this process is called at the auth server for its life, and no other of its service: 1 to 64 of
   * `A-Z a-z 0-9 _ -`. By chance unless given.
   */
  readonly instance?: string;
  /** Allows `http:` to another machine, where the way there is protected by other means. Default false. */
  readonly allowHttp?: boolean;
  /** 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** {@link RemoteCutoffsOptions}, checked and complete but for the credential, which may be missing. */
export interface RemoteCutoffsSettings extends Required<Omit<RemoteCutoffsOptions, "credential">> {
  readonly credential: (() => Promise<string>) | undefined;
}

/** @throws TypeError that says what is wrong with `options` */
export function readRemoteCutoffsOptions(options: RemoteCutoffsOptions): RemoteCutoffsSettings {
  const { url, credential, instance = randomUUID(), allowHttp = false } = options;
  const { onFailure = () => undefined, random = Math.random, onStaleFeed } = options;
  const transport = checkTransport(url, allowHttp);
  const demands: readonly (readonly [holds: boolean, demand: string])[] = [
    [transport === undefined, `url ${transport}`],
    [transport !== undefined || new URL(url).search === "", "url must have no query"],
    [isInstance(instance), "instance must be 1 to 64 of A-Z a-z 0-9 _ -"],
    [credential === undefined || typeof credential === "function", "credential must be a function"],
    [onStaleFeed !== "refuse" || credential !== undefined, "onStaleFeed refuse needs a credential, for its close pace"],
    [typeof onFailure === "function", "onFailure must be a function"],
    [typeof random === "function", "random must be a function"],
  ];
  const problems = demands.filter(([holds]) => !holds).map(([, demand]) => demand);
  if (problems.length > 0) throw new TypeError(`remoteCutoffs: ${problems.join("; ")}`);
  return { ...readCutoffsOptions(options), url, credential, instance, allowHttp, onFailure, random };
}
