import { clockToleranceSeconds, type IssuedCredential, type LegacyCredential } from "@meshpass/protocol";
import type { Caller } from "@meshpass/verifier";
import { createQueue } from "../create-queue.ts";
import type { CredentialStore } from "../store/credential-store.ts";
import { demandRoom } from "./demand-room.ts";
import { endWithKey } from "./end-with-key.ts";
import { createIssuedCredentials } from "./issued-credentials.ts";
import type { KeptCredential } from "./kept-credential.ts";
import { createLegacyRegister, type LegacyOptions } from "./legacy-register.ts";

/** Why a credential that proves its service is refused all the same. */
export type CredentialRefusal =
  | "not_issued_here"
  | "revoked"
  | "expired"
  | "dev_credential"
  | "legacy_cut"
  | "legacy_limit";

/** Which credentials are good now: the store, held in memory, so that a request never waits for it. */
export interface CredentialRegistry {
  /** Why the JWT that `caller` has shown is refused now, or undefined if it is good. Changes nothing. */
  refusalOf(caller: Caller): CredentialRefusal | undefined;
  /** As `refusalOf`, and remembers the first use of a legacy credential, by a hash of `token`, its text. Stores nothing. */
  admit(caller: Caller, token: string): CredentialRefusal | undefined;
  /**
   * The service whose credential `token` seems to be: by `jti`, which it claims, or by its text where it claims none.
   * Undefined where there is no such one that is good now. Costs little, and proves nothing: anybody can write a jti.
   */
  recognize(token: string, jti: unknown): string | undefined;
  /** Every credential of `service` that was issued, good or not, in the order in which they were. */
  credentialsOf(service: string): readonly KeptCredential[];
  /** Why a credential that `credentialsOf` gave, at any time, is refused now; undefined if it is good. */
  refusalOfKept(credential: KeptCredential): CredentialRefusal | undefined;
  list(): readonly IssuedCredential[];
  /** How many issued credentials of `service` are good now. */
  countGood(service: string): number;
  listLegacy(): readonly LegacyCredential[];
  /** Stores the first uses of legacy credentials that are not stored yet. To be called every second or so. */
  saveFirstUses(): Promise<void>;
  /** @throws HttpError `too_many_secrets`, `too_many_client_keys` or `known_key` where there is no room for it */
  add(credential: KeptCredential): Promise<void>;
  /**
   * Ends one credential and, in the same change of the store, the tokens of its service, unless `keepTokens`. False if
   * there is no such credential. Revoking twice is no error, and keeps the first time.
   */
  revoke(jti: string, keepTokens?: boolean): Promise<boolean>;
  /** Ends every credential of `service` that exists, the legacy ones for good. How many good ones it ended, of those issued. */
  cut(service: string): Promise<number>;
  /**
   * Takes note of all services whose legacy credentials the store refuses: a change of the map adds to them there.
   * Gives those of which it is new.
   */
  noteLegacyCuts(services: readonly string[]): readonly string[];
  /** Drops what has expired: nobody can show it any more. */
  forgetExpired(): Promise<void>;
}

export interface RegistryOptions extends LegacyOptions {
  readonly store: CredentialStore;
  /** Whether this server takes development credentials. */
  readonly development: boolean;
  /** When static keys of the core were withdrawn, in seconds since 1970. Credentials are signed with no others. */
  readonly staticKeyEnds: () => readonly number[];
}

/**
 * Reads the store once. After that every change goes to the store first and then to memory, one change after another, so
 * that the two never disagree; a change that the store did not take has not happened. The first use of a legacy credential
 * alone is stored afterwards, since no request for a token waits for the store.
 */
export async function openRegistry(options: RegistryOptions): Promise<CredentialRegistry> {
  const { store, clock, development, staticKeyEnds } = options;
  const issued = createIssuedCredentials(await store.credentials());
  const legacy = await createLegacyRegister(options);
  const nowSeconds = () => Math.floor(clock() / 1_000);
  const inOrder = createQueue();

  const refusalOfKept = ({ jti }: KeptCredential): CredentialRefusal | undefined => {
    const credential = issued.get(jti);
    if (credential === undefined) return "not_issued_here";
    if (credential.revokedAt !== undefined) return "revoked";
    return credential.expiresAt > nowSeconds() ? undefined : "expired";
  };
  /** Its end is in its text, and was looked at there. */
  const refusalOfJwt = ({ jti = "", name, claims }: Caller): CredentialRefusal | undefined => {
    const credential = issued.get(jti);
    if (credential?.type !== "jwt" || credential.service !== name) return "not_issued_here";
    if (credential.revokedAt !== undefined) return "revoked";
    return claims.dev === true && !development ? "dev_credential" : undefined;
  };
  const recognizeJwt = (jti: unknown): string | undefined => {
    const credential = typeof jti === "string" ? issued.get(jti) : undefined;
    if (credential?.type !== "jwt" || refusalOfKept(credential) !== undefined) return undefined;
    return development || !credential.dev ? credential.service : undefined;
  };
  const markRevoked = (credential: KeptCredential, revokedAt: number): void => issued.put({ ...credential, revokedAt });
  const list = () =>
    endWithKey(
      issued.all().map(toListed),
      // The core's keys sign JWTs alone.
      ({ type, issuedAt }) => (type === "jwt" ? issuedAt : Number.POSITIVE_INFINITY),
      staticKeyEnds(),
    );
  const countGood = (service: string): number => {
    const now = nowSeconds();
    const isGood = ({ expiresAt, revokedAt, keyWithdrawnAt }: IssuedCredential): boolean =>
      expiresAt > now && revokedAt === undefined && keyWithdrawnAt === undefined;
    return list().filter((credential) => credential.service === service && isGood(credential)).length;
  };

  return {
    refusalOf: (caller) => (caller.legacy ? legacy.refusalOf(caller.name) : refusalOfJwt(caller)),
    admit: (caller, token) => (caller.legacy ? legacy.admit(caller.name, token) : refusalOfJwt(caller)),
    recognize: (token, jti) => (jti === undefined ? legacy.recognize(token) : recognizeJwt(jti)),
    credentialsOf: issued.of,
    refusalOfKept,
    list,
    countGood,
    listLegacy: () => endWithKey(legacy.list(), ({ firstUsedAt }) => firstUsedAt, staticKeyEnds()),
    noteLegacyCuts: legacy.noteCuts,
    saveFirstUses: () => inOrder(legacy.saveFirstUses),
    add: (credential) =>
      inOrder(async () => {
        const good = issued.of(credential.service).filter((other) => refusalOfKept(other) === undefined);
        demandRoom(good, credential);
        await store.addCredential(credential);
        issued.put(credential);
      }),
    revoke: (jti, keepTokens = false) =>
      inOrder(async () => {
        const credential = issued.get(jti);
        if (credential === undefined) return false;
        const at = nowSeconds();
        // Again even if it was: what it can still matter for are the tokens.
        await store.revokeCredential(jti, at, { keepTokens });
        if (credential.revokedAt === undefined) markRevoked(credential, at);
        return true;
      }),
    cut: (service) =>
      inOrder(async () => {
        const at = nowSeconds();
        await store.cutService(service, at);
        legacy.noteCuts([service]);
        const ended = countGood(service);
        const unrevoked = issued.of(service).filter(({ revokedAt }) => revokedAt === undefined);
        for (const credential of unrevoked) markRevoked(credential, at);
        return ended;
      }),
    forgetExpired: () =>
      inOrder(async () => {
        const before = nowSeconds() - clockToleranceSeconds;
        await store.forgetExpired(before);
        for (const { jti, expiresAt } of issued.all()) if (expiresAt < before) issued.delete(jti);
      }),
  };
}

/** Without what a proof is held against. */
const toListed = ({ secretHash, publicKey, ...listed }: KeptCredential): IssuedCredential =>
  publicKey === undefined ? listed : { ...listed, kid: publicKey.kid };
