import type { KeyStore, StoredKey } from "@meshpass/embedded-core";

/** A key store in memory whose writes can be made to fail. */
export interface FakeKeyStore extends KeyStore {
  readonly rows: StoredKey[];
  failure: Error | undefined;
}

/** Keeps to the order of the real one: newest first. */
export function createFakeKeyStore(rows: StoredKey[] = []): FakeKeyStore {
  const store: FakeKeyStore = {
    rows,
    failure: undefined,
    list: () => rows.toSorted((a, b) => b.createdAt - a.createdAt),
    insert: (key) => {
      if (store.failure !== undefined) throw store.failure;
      rows.push(key);
    },
    remove: (kid) => {
      rows.splice(
        rows.findIndex((row) => row.kid === kid),
        1,
      );
    },
    close: () => {},
  };
  return store;
}
