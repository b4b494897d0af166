import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { LegacyCredential } from "@meshpass/protocol";
import type { CredentialStore } from "../store/credential-store.ts";

/** The credentials without a jti, made straight at the core: they can be told apart by their text alone. */
interface LegacyRegister {
  refusalOf(service: string): "legacy_cut" | undefined;
  /** As `refusalOf`, and remembers the credential when it is first shown. */
  admit(service: string, token: string): "legacy_cut" | "legacy_limit" | undefined;
  /** Whose credential this is, if it was shown before and is not cut. */
  recognize(token: string): string | undefined;
  list(): readonly LegacyCredential[];
  /** Stores the first uses that are not stored yet; what the store does not take stays for the next time. */
  saveFirstUses(): Promise<void>;
  /** Gives those services of which it is new. */
  noteCuts(services: readonly string[]): readonly string[];
}

export interface LegacyOptions {
  readonly store: Pick<CredentialStore, "legacyCredentials" | "legacyCuts" | "addLegacyCredentials">;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Called once for each legacy credential, when it is first shown. */
  readonly onLegacy: (credential: LegacyCredential) => void;
  /** How many are remembered; one more is refused, since whoever has the core's key could make any number. */
  readonly maxLegacyCredentials?: number;
}

/** So many are stored at once: a thread that does no more has soon time for requests again. */
const batchSize = 500;

/** Reads the store once. The request that shows a credential for the first time does not touch it: `saveFirstUses` does. */
export async function createLegacyRegister(options: LegacyOptions): Promise<LegacyRegister> {
  const { store, clock, onLegacy, maxLegacyCredentials = 10_000 } = options;
  const known = new Map((await store.legacyCredentials()).map((credential) => [credential.hash, credential]));
  const unsaved = new Set<LegacyCredential>();
  const cuts = new Set(await store.legacyCuts());

  const remember = (credential: LegacyCredential): void => {
    known.set(credential.hash, credential);
    unsaved.add(credential);
    onLegacy(credential);
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
    recognize: (token) => {
      const service = known.get(sha256(token))?.service;
      return service === undefined || cuts.has(service) ? undefined : service;
    },
    list: () => [...known.values()],
    saveFirstUses: async () => {
      while (unsaved.size > 0) {
        const batch = [...unsaved].slice(0, batchSize);
        await store.addLegacyCredentials(batch);
        for (const credential of batch) unsaved.delete(credential);
        await nextTurn();
      }
    },
    noteCuts: (services) => {
      const fresh = services.filter((service) => !cuts.has(service));
      for (const service of fresh) cuts.add(service);
      return fresh;
    },
  };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
