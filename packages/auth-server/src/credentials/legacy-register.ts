import { createHash } from "node:crypto";
import type { CredentialStore, LegacyCredential } from "../store/store.ts";

/** The credentials without a jti, made straight at the core: they can be told apart by their text alone. */
interface LegacyRegister {
  refusalOf(service: string): "legacy_cut" | undefined;
  /** As `refusalOf`, and remembers the credential when it is first shown. */
  admit(service: string, token: string): "legacy_cut" | "legacy_limit" | undefined;
  list(): readonly LegacyCredential[];
  noteCuts(services: readonly string[]): void;
}

export interface LegacyOptions {
  readonly store: Pick<CredentialStore, "legacyCredentials" | "legacyCuts" | "addLegacyCredential">;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Called once for each legacy credential, when it is first shown. */
  readonly onLegacy: (credential: LegacyCredential) => void;
  /** Called when a first use could not be stored: the credential is good, but a later list will lack it. */
  readonly onStoreFailure: (error: unknown) => void;
  /** How many are remembered; one more is refused, since whoever has the core's key could make any number. */
  readonly maxLegacyCredentials?: number;
}

/** Reads the store once. The request that shows a credential for the first time does not wait for the store. */
export async function createLegacyRegister(options: LegacyOptions): Promise<LegacyRegister> {
  const { store, clock, onLegacy, onStoreFailure, maxLegacyCredentials = 10_000 } = options;
  const known = new Map((await store.legacyCredentials()).map((credential) => [credential.hash, credential]));
  const cuts = new Set(await store.legacyCuts());

  const remember = (credential: LegacyCredential): void => {
    known.set(credential.hash, credential);
    onLegacy(credential);
    store.addLegacyCredential(credential).catch(onStoreFailure);
  };
  return {
    refusalOf: (service) => (cuts.has(service) ? "legacy_cut" : undefined),
    admit: (service, token) => {
      if (cuts.has(service)) return "legacy_cut";
      const hash = sha256(token);
      if (known.has(hash)) return undefined;
      if (known.size >= maxLegacyCredentials) return "legacy_limit";
      remember({ hash, service, firstUsedAt: Math.floor(clock() / 1_000) });
      return undefined;
    },
    list: () => [...known.values()],
    noteCuts: (services) => {
      for (const service of services) cuts.add(service);
    },
  };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
