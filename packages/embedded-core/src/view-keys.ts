import { chooseSigner, findNext, type KeyTimes, listPublished } from "./key-schedule.ts";
import type { KeySet } from "./key-set.ts";
import type { KeyFamily } from "./key-store.ts";
import type { SigningKey } from "./signing-key.ts";

/** `staged`: published ahead and not signing yet, scheduled or not. `published`: it verifies what it signed. */
type KeyState = "signing" | "staged" | "published";

interface ListedKey {
  readonly kid: string;
  readonly family: KeyFamily;
  readonly state: KeyState;
}

/** What the keys are good for at this moment. */
export interface KeyView {
  /** The published ones: dynamic keys newest first, then static keys newest first. */
  published(): readonly SigningKey[];
  signer(family: KeyFamily): SigningKey | undefined;
  isSigning(key: SigningKey): boolean;
  /** The dynamic key that is published and has not begun to sign. */
  next(): SigningKey | undefined;
  /** Each published key with its state. */
  list(): readonly ListedKey[];
}

/** Looks at `keys` by the schedule; `clock` gives milliseconds since 1970. */
export function viewKeys(keys: KeySet, times: KeyTimes, clock: () => number): KeyView {
  const dynamic = (): SigningKey[] => keys.family("dynamic");
  const next = (): SigningKey | undefined => findNext(dynamic(), clock(), times);
  const published = (): SigningKey[] => [...listPublished(dynamic(), clock(), times), ...keys.family("static")];
  const signer = (family: KeyFamily): SigningKey | undefined =>
    family === "static" ? keys.family("static")[0] : chooseSigner(dynamic(), clock(), times);
  const isSigning = ({ kid, family }: SigningKey): boolean => signer(family)?.kid === kid;

  const stateOf = (key: SigningKey): KeyState => {
    if (isSigning(key)) return "signing";
    return key === next() ? "staged" : "published";
  };
  const list = (): readonly ListedKey[] =>
    published().map((key) => ({ kid: key.kid, family: key.family, state: stateOf(key) }));
  return { published, signer, isSigning, next, list };
}
