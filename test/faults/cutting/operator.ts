import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Generation, isOlder, paths } from "@meshpass/protocol";
import type { Test } from "tap";
import { ask } from "../../walk/ask.ts";
import type { MeshPlace } from "../../walk/mesh-place.ts";
import { until } from "../../walk/until.ts";
import type { KnownCut } from "./judge-calls.ts";
import { watchFeed } from "./watch-feed.ts";

/** Who takes away and gives back, and remembers when. */
export interface Operator {
  /** Every cut that was made here, in order. */
  cuts(): readonly KnownCut[];
  /** `POST` to the operator interface: a cut, or a block. */
  cut(path: "/cuts" | "/blocks", body: object): Promise<KnownCut>;
  /** Ends a key of the core, and with it every token of it. */
  withdrawKey(kid: string): Promise<KnownCut>;
  /** Makes a change of the map from which a cut of `ends` follows, and waits until it is on the feed. */
  saveMap(ends: string, save: () => void): Promise<KnownCut>;
  /** Any other request: what was answered. */
  request(method: string, path: string, body?: object): Promise<unknown>;
  /** By how much the clock of each receiver is off, as the auth server sees it; in ms. */
  clockDifferences(): Promise<readonly number[]>;
  /** Waits until each of `count` receivers has said that it knows every cut so far: from then on each is to be in force. */
  untilAllConfirmed(count: number): Promise<void>;
}

interface Receivers {
  readonly receivers: readonly { readonly epoch: number; readonly head: number; readonly clockDifferenceMs: number }[];
}

/** An operator of the mesh at `place`, with the token of its auth server's own user. */
export function createOperator(t: Test, place: MeshPlace): Operator {
  const token = readFileSync(join(place.stateFolder, "operator.jwt"), "utf8").trim();
  const seen = watchFeed(t, place.url("authServer"));
  let cuts: readonly KnownCut[] = [];
  const note = (cut: KnownCut): KnownCut => {
    cuts = [...cuts, cut];
    return cut;
  };
  const request: Operator["request"] = async (method, path, body) => {
    const answer = await ask(`${place.url("operator")}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text);
  };
  const cutBy = async (method: string, path: string, body?: object): Promise<KnownCut> => {
    const since = Date.now();
    const { epoch, number, ends, at } = (await request(method, path, body)) as KnownCut;
    return note({ epoch, number, ends, since, at, seenAt: Date.now() });
  };
  const readReceivers = async () => (await request("GET", paths.receivers)) as Receivers;
  const untilConfirmed = async (wanted: Generation, count: number): Promise<number> => {
    await until(`all ${count} receivers have cut ${wanted.number}`, async () => {
      const { receivers } = await readReceivers();
      const isThere = ({ epoch, head }: { epoch: number; head: number }) => !isOlder({ epoch, number: head }, wanted);
      return receivers.filter(isThere).length >= count;
    });
    return Date.now();
  };
  return {
    cuts: () => cuts,
    cut: (path, body) => cutBy("POST", path, body),
    withdrawKey: (kid) => cutBy("DELETE", `${paths.keys}/${kid}`),
    saveMap: async (ends, save) => {
      const since = Date.now();
      save();
      const cut = await until(`the cut of ${ends} is on the feed`, () =>
        seen.find((one) => one.ends === ends && one.seenAt >= since),
      );
      return note({ ...cut, since, at: cut.seenAt });
    },
    request,
    clockDifferences: async () => (await readReceivers()).receivers.map((receiver) => receiver.clockDifferenceMs),
    untilAllConfirmed: async (count) => {
      const last = cuts.at(-1);
      if (last === undefined) return;
      const confirmedAt = await untilConfirmed(last, count);
      cuts = cuts.map((cut) => (cut.confirmedAt === undefined ? { ...cut, confirmedAt } : cut));
    },
  };
}
