import { clockToleranceSeconds, type IssuedCredential, type LegacyCredential } from "@meshpass/protocol";
import type { Caller } from "@meshpass/verifier";
import { createQueue } from "../create-queue.ts";
import type { CredentialStore } from "../store/credential-store.ts";
import { endWithKey } from "./end-with-key.ts";
import { createLegacyRegister, type LegacyOptions } from "./legacy-register.ts";

/** Why a credential that was signed and not expired is refused all the same. */
type CredentialRefusal = "not_issued_here" | "revoked" | "dev_credential" | "legacy_cut" | "legacy_limit";

/** Which credentials are good now: the store, held in memory, so that a request never waits for it. */
export interface CredentialRegistry {
  /** Why `caller`'s credential is refused now, or undefined if it is good. Changes nothing. */
  refusalOf(caller: Caller): CredentialRefusal | undefined;
  /** As `refusalOf`, and remembers the first use of a legacy credential, by a hash of `token`, its text. Stores nothing. */
  admit(caller: Caller, token: string): CredentialRefusal | undefined;
  /**
   * The service whose credential `token` seems to be: by `jti`, which it claims, or by its text where it claims none.
   * Undefined where there is no such one that is good now. Costs little, and proves nothing: anybody can write a jti.
   */
  recognize(token: string, jti: unknown): string | undefined;
  list(): readonly IssuedCredential[];
  /** How many issued credentials of `service` are good now. */
  countGood(service: string): number;
  listLegacy(): readonly LegacyCredential[];
  /** Stores the first uses of legacy credentials that are not stored yet. To be called every second or so. */
  saveFirstUses(): Promise<void>;
  add(credential: IssuedCredential): Promise<void>;
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
  const issued = new Map((await store.credentials()).map((credential) => [credential.jti, credential]));
  const legacy = await createLegacyRegister(options);
  const nowSeconds = () => Math.floor(clock() / 1_000);
  const inOrder = createQueue();

  const refusalOfIssued = ({ jti = "", name, claims }: Caller): CredentialRefusal | undefined => {
    const credential = issued.get(jti);
    if (credential?.service !== name) return "not_issued_here";
    if (credential.revokedAt !== undefined) return "revoked";
    return claims.dev === true && !development ? "dev_credential" : undefined;
  };
  const recognizeIssued = (jti: unknown): string | undefined => {
    const credential = typeof jti === "string" ? issued.get(jti) : undefined;
    if (credential === undefined || credential.revokedAt !== undefined) return undefined;
    const isGood = credential.expiresAt > nowSeconds() && (development || !credential.dev);
    return isGood ? credential.service : undefined;
  };
  const markRevoked = (credential: IssuedCredential, revokedAt: number): void => {
    issued.set(credential.jti, { ...credential, revokedAt });
  };
  const unrevokedOf = (service: string): readonly IssuedCredential[] =>
    [...issued.values()].filter((credential) => credential.service === service && credential.revokedAt === undefined);
  const list = () => endWithKey([...issued.values()], ({ issuedAt }) => issuedAt, staticKeyEnds());
  const countGood = (service: string): number => {
    const now = nowSeconds();
    const isGood = ({ expiresAt, revokedAt, keyWithdrawnAt }: IssuedCredential): boolean =>
      expiresAt > now && revokedAt === undefined && keyWithdrawnAt === undefined;
    return list().filter((credential) => credential.service === service && isGood(credential)).length;
  };

  return {
    refusalOf: (caller) => (caller.legacy ? legacy.refusalOf(caller.name) : refusalOfIssued(caller)),
    admit: (caller, token) => (caller.legacy ? legacy.admit(caller.name, token) : refusalOfIssued(caller)),
    recognize: (token, jti) => (jti === undefined ? legacy.recognize(token) : recognizeIssued(jti)),
    list,
    countGood,
    listLegacy: () => endWithKey(legacy.list(), ({ firstUsedAt }) => firstUsedAt, staticKeyEnds()),
    noteLegacyCuts: legacy.noteCuts,
    saveFirstUses: () => inOrder(legacy.saveFirstUses),
    add: (credential) =>
      inOrder(async () => {
        await store.addCredential(credential);
        issued.set(credential.jti, credential);
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
        for (const credential of unrevokedOf(service)) markRevoked(credential, at);
        return ended;
      }),
    forgetExpired: () =>
      inOrder(async () => {
        const before = nowSeconds() - clockToleranceSeconds;
        await store.forgetExpired(before);
        for (const { jti, expiresAt } of [...issued.values()]) if (expiresAt < before) issued.delete(jti);
      }),
  };
}
