import type { KeptCredential } from "./kept-credential.ts";

/** Credentials in memory, by their jti and by their service. */
export interface IssuedCredentials {
  get(jti: string): KeptCredential | undefined;
  /** All of `service`, good or not, in the order in which they came. */
  of(service: string): readonly KeptCredential[];
  all(): readonly KeptCredential[];
  /** Adds it, or puts it in the place of the one with its jti. */
  put(credential: KeptCredential): void;
  delete(jti: string): void;
}

export function createIssuedCredentials(credentials: readonly KeptCredential[]): IssuedCredentials {
  const byJti = new Map<string, KeptCredential>();
  const byService = new Map<string, readonly KeptCredential[]>();
  const put = (credential: KeptCredential): void => {
    const { jti, service } = credential;
    const isNew = !byJti.has(jti);
    const others = byService.get(service) ?? [];
    byJti.set(jti, credential);
    byService.set(service, isNew ? [...others, credential] : others.map((o) => (o.jti === jti ? credential : o)));
  };
  for (const credential of credentials) put(credential);
  return {
    get: (jti) => byJti.get(jti),
    of: (service) => byService.get(service) ?? [],
    all: () => [...byJti.values()],
    put,
    delete: (jti) => {
      const service = byJti.get(jti)?.service;
      if (service === undefined) return;
      byJti.delete(jti);
      const left = (byService.get(service) ?? []).filter((credential) => credential.jti !== jti);
      if (left.length === 0) byService.delete(service);
      else byService.set(service, left);
    },
  };
}
