import type { KeyStore, StoredKey } from "@meshpass/embedded-core";

/** A key store in memory whose writes can be made to fail. */
export interface FakeKeyStore extends KeyStore {
  readonly rows: StoredKey[];
  failure: Error | undefined;
}

/** Keeps to the order of the real one: newest first. */
export function createFakeKeyStore(rows: StoredKey[] = []): FakeKeyStore {
  const indexOf = (wanted: string): number => rows.findIndex(({ kid }) => kid === wanted);
  const store: FakeKeyStore = {
    rows,
    failure: undefined,
    list: () => rows.toSorted((a, b) => b.createdAt - a.createdAt),
    insert: (key) => {
      if (store.failure !== undefined) throw store.failure;
      rows.push(key);
    },
    schedule: (kid, signsFrom) => {
      if (store.failure !== undefined) throw store.failure;
      const [row] = rows.splice(indexOf(kid), 1);
      rows.push({ ...(row as StoredKey), signsFrom });
    },
    remove: (kid) => {
      if (store.failure !== undefined) throw store.failure;
      rows.splice(indexOf(kid), 1);
    },
    close: () => {},
  };
  return store;
}
