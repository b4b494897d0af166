import { setTimeout as sleep } from "node:timers/promises";
import type { LegacyCredential } from "@meshpass/protocol";
import type { KeptCredential } from "../../src/credentials/kept-credential.ts";
import type { CredentialStore } from "../../src/store/credential-store.ts";

/**
 * A store in memory that fails for as long as `failure` is set; what it was asked stands in `calls`. Of the change named
 * `slowChange` its caller hears a little after it was made.
 */
export function createMemoryStore() {
  const credentials = new Map<string, KeptCredential>();
  const legacy = new Map<string, LegacyCredential>();
  const cuts = new Set<string>();
  const calls: string[] = [];
  const state = { failure: undefined as Error | undefined, slowChange: "" };
  const change = async (name: string, work: () => void): Promise<void> => {
    calls.push(name);
    await Promise.resolve();
    if (state.failure !== undefined) throw state.failure;
    work();
    if (name === state.slowChange) await sleep(10);
  };
  const revokeWhere = (isMeant: (credential: KeptCredential) => boolean, revokedAt: number): void => {
    for (const [jti, each] of credentials) if (isMeant(each)) credentials.set(jti, { ...each, revokedAt });
  };
  const store: CredentialStore = {
    credentials: async () => [...credentials.values()],
    addCredential: (each) => change("add", () => void credentials.set(each.jti, each)),
    revokeCredential: (jti, at) => change("revoke", () => revokeWhere((each) => each.jti === jti, at)),
    legacyCredentials: async () => [...legacy.values()],
    addLegacyCredentials: (some) =>
      change("add legacy", () => {
        for (const each of some) legacy.set(each.hash, each);
      }),
    legacyCuts: async () => [...cuts],
    cutService: (service, at) =>
      change("cut", () => {
        revokeWhere((each) => each.service === service, at);
        cuts.add(service);
      }),
    forgetExpired: (before) =>
      change("forget", () => {
        for (const [jti, { expiresAt }] of credentials) if (expiresAt < before) credentials.delete(jti);
      }),
  };
  return Object.assign(state, { store, calls });
}
