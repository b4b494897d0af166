import { createHash, randomBytes } from "node:crypto";
import { HttpError } from "@meshpass/http-server";
import type { AccessTokenClaims, DelegatedTokenClaims } from "@meshpass/protocol";
import type { OpaqueTokenRecord, OpaqueTokenStore } from "../store/opaque-token-store.ts";

type OpaqueClaims = AccessTokenClaims | DelegatedTokenClaims;

/** Tokens that say nothing by themselves: whoever is shown one asks what it stands for (RFC 7662). */
export interface OpaqueTokens {
  /**
   * A new token that stands for `claims`: 256 random bits as 64 hex digits.
   *
   * @throws HttpError `store_unavailable` while as many are alive, of this caller or in all, as are held
   */
  issue(claims: OpaqueClaims): string;
  /** What `text` stands for, if it is one that has not expired. Whether it was cut is not looked at. */
  find(text: string): (OpaqueClaims & Readonly<Record<string, unknown>>) | undefined;
  /** Stores those that are not stored yet. To be called every second or so; a token that is lost before is asked for anew. */
  save(): Promise<void>;
  forgetExpired(): Promise<void>;
}

export interface OpaqueTokensOptions {
  readonly store: OpaqueTokenStore;
  /** ms since 1970. */
  readonly clock: () => number;
  /** How many are held. Default 100,000, some 60 MB. */
  readonly maxTokens?: number;
  /** How many of one caller, so that none takes the places of all. Default 10,000. */
  readonly maxOfCaller?: number;
}

const form = /^[0-9a-f]{64}$/;

/** Those that the store knows are good again. Only the hash of a token is kept, in memory as in the store. */
export async function openOpaqueTokens(options: OpaqueTokensOptions): Promise<OpaqueTokens> {
  const { store, clock, maxTokens = 100_000, maxOfCaller = 10_000 } = options;
  const nowSeconds = () => Math.floor(clock() / 1_000);
  const tokens = new Map((await store.opaqueTokens(nowSeconds())).map((token) => [token.hash, token]));
  const counts = new Map<string, number>();
  const count = (caller: string, change: number): void => void counts.set(caller, (counts.get(caller) ?? 0) + change);
  for (const { claims } of tokens.values()) count(clientOf(JSON.parse(claims)), 1);
  let unsaved: OpaqueTokenRecord[] = [];
  let droppedAt = Number.NEGATIVE_INFINITY;

  const isFull = (caller: string): boolean =>
    tokens.size >= maxTokens || unsaved.length >= maxTokens || (counts.get(caller) ?? 0) >= maxOfCaller;
  const dropExpired = (): void => {
    const now = nowSeconds();
    droppedAt = now;
    unsaved = unsaved.filter(({ expiresAt }) => expiresAt > now);
    for (const [hash, { expiresAt, claims }] of tokens) {
      if (expiresAt > now || !tokens.delete(hash)) continue;
      count(clientOf(JSON.parse(claims)), -1);
    }
    for (const [caller, left] of counts) if (left === 0) counts.delete(caller);
  };
  /** All are looked through for it: once a second at most. */
  const makeRoom = (caller: string): void => {
    if (isFull(caller) && nowSeconds() > droppedAt) dropExpired();
    if (isFull(caller)) throw new HttpError("store_unavailable", { cause: new Error("too many opaque tokens") });
  };
  return {
    issue: (claims) => {
      makeRoom(clientOf(claims));
      const text = randomBytes(32).toString("hex");
      const token = { hash: hashOf(text), claims: JSON.stringify(claims), expiresAt: claims.exp };
      tokens.set(token.hash, token);
      count(clientOf(claims), 1);
      unsaved.push(token);
      return text;
    },
    find: (text) => {
      const token = form.test(text) ? tokens.get(hashOf(text)) : undefined;
      return token === undefined || token.expiresAt <= nowSeconds() ? undefined : JSON.parse(token.claims);
    },
    save: async () => {
      const batch = unsaved;
      unsaved = [];
      await store.addOpaqueTokens(batch).catch((error: unknown) => {
        unsaved = [...batch, ...unsaved];
        throw error;
      });
    },
    forgetExpired: async () => {
      dropExpired();
      await store.forgetOpaqueTokens(nowSeconds());
    },
  };
}

/** Whose place it takes: the one that asked for it, whoever it calls for. */
const clientOf = ({ client_id, sub }: OpaqueClaims): string => client_id ?? sub;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
