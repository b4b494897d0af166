import { isRotationDue, type KeyTimes, overlapMs, startOver } from "./key-schedule.ts";
import type { KeySet } from "./key-set.ts";
import { newDynamicKey, newStaticKey } from "./new-key.ts";
import type { SigningKey } from "./signing-key.ts";
import type { KeyView } from "./view-keys.ts";

/** What may be done to the keys. What returns is on the disk. */
export interface KeyChanges {
  /**
   * Publishes a dynamic key that does not sign, and gives its kid: a new one, or the one that is there already and waits.
   * Undefined, and nothing is made, if as many are published as there may be.
   */
  stage(): Promise<string | undefined>;
  /**
   * Lets the key that waits sign from now on; the one before stays published for twice the token validity. Lets the key
   * that signs be. Any other one is `replaced`, and never signs again.
   */
  promote(kid: string): "signing" | "replaced" | "unknown";
  /**
   * Deletes a key: nothing that it signed verifies any more. If it is the one that signs, the one that waits takes its place
   * first, or a new one. False if there is no such key.
   */
  drop(kid: string): Promise<boolean>;
  /** Lets the next dynamic key be published for its minute if it is due: the unscheduled one, else a new one. */
  rotate(): Promise<void>;
}

interface Options {
  readonly keys: KeySet;
  readonly view: KeyView;
  readonly times: KeyTimes;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A new RSA private key as PKCS #8, DER. */
  readonly generate: () => Promise<Uint8Array>;
}

/** So many keys are published at most, but for the one that the schedule needs. */
const maxPublished = 20;

/**
 * The changes of `keys`. Between the checks of a change and what it stores nothing waits, so that two changes at a time
 * never get into each other's way; a key that was generated in vain is thrown away.
 */
export function createKeyChanges(options: Options): KeyChanges {
  const { keys, view, times, clock, generate } = options;

  async function stage(): Promise<string | undefined> {
    if (view.next() === undefined && view.published().length >= maxPublished) return undefined;
    const spare = view.next() === undefined ? await generate() : undefined;
    const kid = view.next()?.kid;
    return kid === undefined && spare !== undefined ? addDynamic(options, spare, undefined) : kid;
  }

  function promote(kid: string): "signing" | "replaced" | "unknown" {
    const key = keys.find(kid);
    if (key === undefined) return "unknown";
    if (view.isSigning(key)) return "signing";
    if (view.next()?.kid !== kid) return "replaced";
    keys.schedule(kid, startNow(options, key));
    sweep(options);
    return "signing";
  }

  const isIrreplaceable = (key: SigningKey | undefined): boolean =>
    key !== undefined && view.isSigning(key) && (key.family === "static" || view.next() === undefined);

  async function drop(kid: string): Promise<boolean> {
    const spare = isIrreplaceable(keys.find(kid)) ? await generate() : undefined;
    const key = keys.find(kid);
    if (key === undefined) return false;
    if (view.isSigning(key)) replaceSigner(options, key, spare);
    keys.remove(kid);
    return true;
  }

  async function rotate(): Promise<void> {
    const unscheduled = () => keys.family("dynamic").find(({ signsFrom }) => signsFrom === undefined);
    const spare = unscheduled() === undefined ? await generate() : undefined;
    if (!isRotationDue(keys.family("dynamic"), clock(), times)) return;
    const waiting = unscheduled();
    const signsFrom = clock() + overlapMs;
    if (waiting !== undefined) keys.schedule(waiting.kid, signsFrom);
    else if (spare !== undefined) addDynamic(options, spare, signsFrom);
    sweep(options);
  }

  return { stage, promote, drop, rotate };
}

function addDynamic({ keys, clock }: Options, privateKey: Uint8Array, signsFrom: number | undefined): string {
  let createdAt = clock();
  while (keys.find(`d-${createdAt}`) !== undefined) createdAt += 1;
  const key = newDynamicKey(privateKey, createdAt, signsFrom);
  keys.add(key);
  return key.kid;
}

/** From when on `key`, or a new one, signs in place of all others. */
const startNow = ({ keys, clock }: Options, key?: SigningKey): number => {
  const others = keys.family("dynamic").filter((other) => other !== key);
  return startOver(others, clock());
};

function replaceSigner(options: Options, { family }: SigningKey, spare: Uint8Array | undefined): void {
  const { keys, view, clock } = options;
  const waiting = family === "dynamic" ? view.next() : undefined;
  if (waiting !== undefined) keys.schedule(waiting.kid, startNow(options, waiting));
  else if (spare !== undefined && family === "static") keys.add(newStaticKey(spare, clock()));
  else if (spare !== undefined) addDynamic(options, spare, startNow(options));
}

/** Takes away what verifies nothing any more. */
function sweep({ keys, view }: Options): void {
  const alive = new Set(view.published());
  for (const key of keys.family("dynamic")) if (!alive.has(key)) keys.remove(key.kid);
}
