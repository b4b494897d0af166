import { createHash } from "node:crypto";
import type { Caller } from "@meshpass/verifier";
import type { CredentialStore, IssuedCredential, LegacyCredential } from "../store/store.ts";

/** Why a credential that was signed and not expired is refused all the same. */
export type CredentialRefusal = "not_issued_here" | "revoked" | "legacy_cut" | "dev_credential";

/** Which credentials are good now: the store, held in memory, so that a request never waits for it. */
export interface CredentialRegistry {
  /** Why `caller`'s credential is refused, or undefined if it is good. `token` is its text, kept only as a hash. */
  refusalOf(caller: Caller, token: string): CredentialRefusal | undefined;
  list(): readonly IssuedCredential[];
  listLegacy(): readonly LegacyCredential[];
  add(credential: IssuedCredential): Promise<void>;
  /** False if there is no such credential. Revoking twice is no error. */
  revoke(jti: string): Promise<boolean>;
  /** Ends every credential of `service` that exists, the legacy ones for good. How many issued ones it ended. */
  cut(service: string): Promise<number>;
  /** Takes note that legacy credentials of `services` were cut in the store by a change of the map. */
  noteLegacyCuts(services: readonly string[]): void;
}

export interface RegistryOptions {
  readonly store: CredentialStore;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Whether this server takes development credentials. */
  readonly development: boolean;
  /** Called once for each legacy credential, when it is first shown. */
  readonly onLegacy: (credential: LegacyCredential) => void;
  /** Called when a first use could not be stored: the credential is good, but a later list will lack it. */
  readonly onStoreFailure: (error: unknown) => void;
}

/** Reads the store once; after that every change goes to the store first and then to memory. */
export async function openRegistry(options: RegistryOptions): Promise<CredentialRegistry> {
  const { store, clock, development } = options;
  const nowSeconds = () => Math.floor(clock() / 1_000);
  await store.forgetExpired(nowSeconds());
  const issued = new Map((await store.credentials()).map((credential) => [credential.jti, credential]));
  const legacy = new Map((await store.legacyCredentials()).map((credential) => [credential.hash, credential]));
  const legacyCuts = new Set(await store.legacyCuts());

  const refusalOfLegacy = (service: string, token: string): CredentialRefusal | undefined => {
    if (legacyCuts.has(service)) return "legacy_cut";
    noteLegacy(legacy, { hash: sha256(token), service, firstUsedAt: nowSeconds() }, options);
    return undefined;
  };
  const refusalOfIssued = ({ jti = "", name, claims }: Caller): CredentialRefusal | undefined => {
    const credential = issued.get(jti);
    if (credential?.service !== name) return "not_issued_here";
    if (credential.revokedAt !== undefined) return "revoked";
    return claims.dev === true && !development ? "dev_credential" : undefined;
  };
  const markRevoked = (credential: IssuedCredential, revokedAt: number): void => {
    issued.set(credential.jti, { ...credential, revokedAt });
  };
  const activeOf = (service: string): readonly IssuedCredential[] =>
    [...issued.values()].filter((credential) => credential.service === service && credential.revokedAt === undefined);

  return {
    refusalOf: (caller, token) => (caller.legacy ? refusalOfLegacy(caller.name, token) : refusalOfIssued(caller)),
    list: () => [...issued.values()],
    listLegacy: () => [...legacy.values()],
    add: async (credential) => {
      await store.addCredential(credential);
      issued.set(credential.jti, credential);
    },
    revoke: async (jti) => {
      const credential = issued.get(jti);
      if (credential === undefined || credential.revokedAt !== undefined) return credential !== undefined;
      await store.revokeCredential(jti, nowSeconds());
      markRevoked(credential, nowSeconds());
      return true;
    },
    cut: async (service) => {
      const at = nowSeconds();
      await store.cutService(service, at);
      legacyCuts.add(service);
      const active = activeOf(service);
      for (const credential of active) markRevoked(credential, at);
      return active.length;
    },
    noteLegacyCuts: (services) => {
      for (const service of services) legacyCuts.add(service);
    },
  };
}

/** Remembers a legacy credential when it is first shown. The request does not wait for the store. */
function noteLegacy(
  legacy: Map<string, LegacyCredential>,
  credential: LegacyCredential,
  { store, onLegacy, onStoreFailure }: RegistryOptions,
): void {
  if (legacy.has(credential.hash)) return;
  legacy.set(credential.hash, credential);
  onLegacy(credential);
  store.addLegacyCredential(credential).catch(onStoreFailure);
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
