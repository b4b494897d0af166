import type { CutStore } from "../store/cut-store.ts";
import type { Receiver } from "./receivers.ts";

/**
 * The receivers that the store knows, so that a server that starts anew does not take one that it has not heard of yet for
 * one that is not there; and how to store what changed. What is not stored of them they say again within seconds.
 */
export async function rememberReceivers(store: Pick<CutStore, "receivers" | "saveReceivers" | "removeReceivers">) {
  const unknown = { kids: [], keysAgeSeconds: null, clockDifferenceMs: 0 };
  const remembered: readonly Receiver[] = (await store.receivers()).map((record) => ({
    ...unknown,
    ...record,
    lastHeardAt: record.lastHeardAt * 1_000,
  }));
  const save = async (changed: readonly Receiver[]): Promise<void> => {
    const present = changed.filter(({ lastHeardAt }) => lastHeardAt > 0);
    const gone = changed.filter(({ lastHeardAt }) => lastHeardAt === 0);
    if (present.length > 0) await store.saveReceivers(present.map(toRecord));
    if (gone.length > 0) await store.removeReceivers(gone);
  };
  return { remembered, save };
}

const toRecord = ({ service, instance, version, epoch, head, lastHeardAt }: Receiver) => {
  return { service, instance, version, epoch, head, lastHeardAt: Math.floor(lastHeardAt / 1_000) };
};
