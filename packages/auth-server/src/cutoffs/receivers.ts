import type { Confirmation } from "@meshpass/protocol";

/** One running instance of a service that verifies tokens, as it last described itself. Times in ms since 1970. */
export interface Receiver extends Omit<Confirmation, "now" | "leaving" | "ahead"> {
  readonly service: string;
  readonly lastHeardAt: number;
  /** How far its clock is ahead of ours, in ms, the way between us included. */
  readonly clockDifferenceMs: number;
}

/** A receiver, and whether it is live now: heard of within the last 15 s. */
interface ListedReceiver extends Receiver {
  readonly live: boolean;
}

/** Who verifies tokens, and how far each has read: what "in force at 3 of 3 receivers" counts. */
export interface Receivers {
  /** Notes what an instance of `service`, authenticated as such, says of itself. */
  note(service: string, confirmation: Confirmation): void;
  /** Whether this instance of `service` has been noted and not said goodbye. */
  knows(service: string, instance: string): boolean;
  /** Waits for this instance no more, since it is gone for good. False if there is no such one. */
  forget(service: string, instance: string): boolean;
  /**
   * Every instance that was heard of within the longest life of a token, by service and instance; of those of one service
   * that have been silent for a minute the last 100: enough to know that not everybody has confirmed.
   */
  list(): readonly ListedReceiver[];
  /** Those that changed since the last call; one that is not listed any more was last heard of at 0. */
  takeChanged(): readonly Receiver[];
  /** Those of them that were never heard of before. */
  takeNew(): readonly Receiver[];
}

export interface ReceiversOptions {
  /** Those that are remembered from before. */
  readonly remembered: readonly Receiver[];
  /** ms since 1970. */
  readonly clock: () => number;
  /** Who was not heard of for this long accepts no token any more that it was not told of, in ms. */
  readonly forgetAfterMs: number;
  /** So many instances of one service; one more takes the place of that which was silent for longest. */
  readonly maxInstances: number;
}

/** A receiver that has not spoken for this long, in ms, is not live: it does so every 10 s. */
const silentMs = 15_000;

/** Who comes, confirms and goes without a goodbye, again and again, leaves so many behind that are waited for in vain. */
const mostGone = { instances: 100, afterMs: 60_000 } as const;

const keyOf = ({ service, instance }: Receiver): string => `${service} ${instance}`;

/** Bounded by the services that have credentials, times `maxInstances`. */
export function createReceivers(options: ReceiversOptions): Receivers {
  const { remembered, clock, forgetAfterMs, maxInstances } = options;
  // A server that was down has heard of nobody meanwhile.
  const startedAt = clock();
  const services = new Map<string, Map<string, Receiver>>();
  const changed = new Map<string, Receiver>();
  /** Those of `changed` of which nothing was given out yet. */
  const fresh = new Set<string>();

  const instancesOf = (service: string): Map<string, Receiver> => {
    const known = services.get(service) ?? new Map<string, Receiver>();
    services.set(service, known);
    return known;
  };
  const noteGone = (receiver: Receiver): void => {
    const key = keyOf(receiver);
    if (fresh.delete(key)) changed.delete(key);
    else changed.set(key, { ...receiver, lastHeardAt: 0 });
  };
  const put = (receiver: Receiver): void => {
    const instances = instancesOf(receiver.service);
    // The order of a Map is that of insertion: who speaks goes to the end, and the first was silent for longest.
    instances.delete(receiver.instance);
    instances.set(receiver.instance, receiver);
    const [silent] = instances.values();
    if (instances.size <= maxInstances || silent === undefined) return;
    instances.delete(silent.instance);
    noteGone(silent);
  };
  const isGone = ({ lastHeardAt }: Receiver): boolean => clock() - Math.max(lastHeardAt, startedAt) >= mostGone.afterMs;
  const dropGone = (instances: Map<string, Receiver>): void => {
    const gone = [...instances.values()].filter(isGone);
    for (const receiver of gone.slice(0, -mostGone.instances)) {
      instances.delete(receiver.instance);
      noteGone(receiver);
    }
  };
  const forget = (service: string, instance: string): boolean => {
    const known = services.get(service)?.get(instance);
    if (known === undefined) return false;
    services.get(service)?.delete(instance);
    noteGone(known);
    return true;
  };
  for (const receiver of [...remembered].sort((a, b) => a.lastHeardAt - b.lastHeardAt)) put(receiver);

  return {
    note: (service, { now, leaving, ahead: _, ...said }) => {
      const known = services.get(service)?.get(said.instance);
      if (leaving === true) {
        forget(service, said.instance);
        return;
      }
      const receiver = { ...said, service, lastHeardAt: clock(), clockDifferenceMs: now - clock() };
      const key = keyOf(receiver);
      // One that went since the last call is still in the store.
      if (known === undefined && !changed.has(key)) fresh.add(key);
      changed.set(key, receiver);
      put(receiver);
    },
    forget,
    knows: (service, instance) => services.get(service)?.has(instance) === true,
    list: () => {
      const now = clock();
      services.forEach(dropGone);
      return [...services.values()]
        .flatMap((instances) => [...instances.values()])
        .filter(({ lastHeardAt }) => lastHeardAt >= now - forgetAfterMs)
        .map((receiver) => ({ ...receiver, live: now - receiver.lastHeardAt < silentMs }));
    },
    takeChanged: () => {
      services.forEach(dropGone);
      const taken = [...changed.values()];
      changed.clear();
      fresh.clear();
      return taken;
    },
    takeNew: () => {
      const taken = [...fresh].map((key) => changed.get(key)).filter((receiver) => receiver !== undefined);
      for (const key of fresh) changed.delete(key);
      fresh.clear();
      return taken;
    },
  };
}
