import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseGeneration } from "@meshpass/protocol";
import { ask } from "../../walk/ask.ts";
import type { MeshPlace } from "../../walk/mesh-place.ts";
import type { HeldToken } from "./judge-calls.ts";

/** One call direction: `[caller, target]`. */
export type Edge = readonly [caller: string, target: string];

/**
 * The tokens of some edges: of each the newest, as its caller would use it, and older ones, as whoever has a copy goes on
 * to show them.
 */
export interface TokenBook {
  /** A token for `target`, by chance: of any edge, the newest one every other time. Undefined while there is none. */
  pick(target: string): HeldToken | undefined;
  newest(caller: string, target: string): HeldToken | undefined;
  /** Has another token made, as a client does whose token was refused; one request for an edge at a time. */
  renew(caller: string, target: string): Promise<void>;
  /** As above, for every edge. */
  renewAll(): Promise<void>;
}

/** So many tokens of an edge are shown; the oldest go. */
const shownTokens = 16;
/** Who gets no token does not ask again at once. */
const pauseMs = 100;

/** A token for `target`, asked for with a credential of `caller`; undefined if there is none to be had. */
export async function askForToken(place: MeshPlace, caller: string, target: string): Promise<HeldToken | undefined> {
  const askedAt = Date.now();
  const answer = await ask(`${place.url("authServer")}/accesstoken`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${place.credential(caller)}`,
      "content-type": "application/json",
      "cache-control": "no-cache",
    },
    body: JSON.stringify({ target }),
  });
  return answer.status === 200 ? readToken(JSON.parse(answer.text).accessToken, askedAt) : undefined;
}

/** `text` as one who got it now; nothing in it is checked. */
function readToken(text: string, askedAt: number): HeldToken {
  const [header, payload] = text.split(".").slice(0, 2).map(decode);
  const { sub: caller, aud: target, jti, exp } = payload;
  const gen = parseGeneration(payload.gen);
  if (gen === undefined) throw new Error(`a token of ${caller} for ${target} has no gen`);
  return { text, caller, target, jti, kid: header.kid, gen, askedAt, gotAt: Date.now(), endsAt: exp * 1_000 };
}

const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());

export function createTokenBook(place: MeshPlace, edges: readonly Edge[]): TokenBook {
  const held = new Map<string, HeldToken[]>(edges.map((edge) => [edge.join(" "), []]));
  const requests = new Map<string, Promise<void>>();

  const request = async (caller: string, target: string): Promise<void> => {
    // A server that is down has no token for anybody; those that are held go on.
    const token = await askForToken(place, caller, target).catch(() => undefined);
    if (token === undefined) return void (await sleep(pauseMs));
    const tokens = held.get(`${caller} ${target}`) as HeldToken[];
    tokens.unshift(token);
    tokens.splice(shownTokens);
  };
  const renew = (caller: string, target: string): Promise<void> => {
    const edge = `${caller} ${target}`;
    const renewal = requests.get(edge) ?? request(caller, target).finally(() => requests.delete(edge));
    requests.set(edge, renewal);
    return renewal;
  };
  return {
    pick: (target) => {
      const edge = anyOf(edges.filter((one) => one[1] === target));
      const tokens = held.get(edge?.join(" ") ?? "") ?? [];
      return randomInt(2) === 0 ? tokens[0] : anyOf(tokens);
    },
    newest: (caller, target) => held.get(`${caller} ${target}`)?.[0],
    renew,
    renewAll: async () => void (await Promise.all(edges.map(([caller, target]) => renew(caller, target)))),
  };
}

const anyOf = <T>(list: readonly T[]): T | undefined => (list.length === 0 ? undefined : list[randomInt(list.length)]);
