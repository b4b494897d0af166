import { createHash, randomBytes } from "node:crypto";
import { HttpError } from "@meshpass/http-server";
import type { AccessTokenClaims } from "@meshpass/protocol";
import type { OpaqueTokenRecord, OpaqueTokenStore } from "../store/opaque-token-store.ts";

/** Tokens that say nothing by themselves: whoever is shown one asks what it stands for (RFC 7662). */
export interface OpaqueTokens {
  /**
   * A new token that stands for `claims`: 256 random bits as 64 hex digits.
   *
   * @throws HttpError `store_unavailable` while as many are alive, or not stored yet, as are held
   */
  issue(claims: AccessTokenClaims): string;
  /** What `text` stands for, if it is one that has not expired. Whether it was cut is not looked at. */
  find(text: string): (AccessTokenClaims & Readonly<Record<string, unknown>>) | undefined;
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
}

const form = /^[0-9a-f]{64}$/;

/** Those that the store knows are good again. Only the hash of a token is kept, in memory as in the store. */
export async function openOpaqueTokens(options: OpaqueTokensOptions): Promise<OpaqueTokens> {
  const { store, clock, maxTokens = 100_000 } = options;
  const nowSeconds = () => Math.floor(clock() / 1_000);
  const tokens = new Map((await store.opaqueTokens(nowSeconds())).map((token) => [token.hash, token]));
  let unsaved: OpaqueTokenRecord[] = [];

  const dropExpired = (): void => {
    const now = nowSeconds();
    for (const [hash, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(hash);
  };
  const makeRoom = (): void => {
    if (tokens.size >= maxTokens) dropExpired();
    if (tokens.size >= maxTokens)
      throw new HttpError("store_unavailable", { cause: new Error("too many opaque tokens") });
  };
  return {
    issue: (claims) => {
      makeRoom();
      const text = randomBytes(32).toString("hex");
      const token = { hash: hashOf(text), claims: JSON.stringify(claims), expiresAt: claims.exp };
      tokens.set(token.hash, token);
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

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
