import type { Receiver, ReceiverList } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";
import { describeRoughly } from "../describe-duration.ts";
import { isAhead } from "../receivers/is-ahead.ts";
import { nameReceiver, shortenInstance } from "../receivers/list-receivers.ts";
import { renderTable } from "../render-table.ts";
import type { Paint } from "../report.ts";

const head = ["SERVICE", "INSTANCE", "READ", "KEYS", "CLOCK", "VERSION", "HEARD OF", "STATE"];

/** A table of receivers, by service and instance; 80 columns wide for names of up to 9 characters. */
export function renderReceivers(list: ReceiverList, paint: Paint): string[] {
  if (list.receivers.length === 0) return ["no receiver has been heard of"];
  const rows = [...list.receivers].sort(byName).map((receiver) => describeReceiver(receiver, list, paint));
  return [...renderTable([head, ...rows]), ...describeAhead(list)];
}

/** One line for all of them, since they have one cause. */
function describeAhead(list: ReceiverList): readonly string[] {
  const [first] = list.receivers.filter((receiver) => isAhead(receiver, list)).sort(byName);
  if (first === undefined) return [];
  return [
    "",
    escapeDeceptive(`${nameReceiver(first)} is ahead of the auth server: a restored store?`),
    "What was lost is made good within seconds; restart who stays ahead.",
  ];
}

const byName = (a: Receiver, b: Receiver): number =>
  a.service.localeCompare(b.service) || a.instance.localeCompare(b.instance);

function describeReceiver(receiver: Receiver, list: ReceiverList, paint: Paint): string[] {
  const { service, instance, version, keysAgeSeconds, clockDifferenceMs, lastHeardAt, live } = receiver;
  const cells = [
    service,
    shortenInstance(instance),
    describeReading(receiver, list),
    keysAgeSeconds === null ? "none" : describeRoughly(keysAgeSeconds),
    describeDifference(clockDifferenceMs / 1_000),
    version,
    `${describeRoughly((list.now - lastHeardAt) / 1_000)} ago`,
  ];
  // Colour is for the last column alone: its width does not matter.
  return [...cells.map(escapeDeceptive), live ? paint("good", "live") : paint("bad", "silent")];
}

function describeReading({ epoch, head }: Receiver, list: ReceiverList): string {
  if (epoch === 0) return "nothing";
  if (epoch !== list.epoch) return `epoch ${epoch}`;
  if (head === list.number) return `${head}`;
  return head < list.number ? `${head} (${list.number - head} behind)` : `${head} (${head - list.number} ahead)`;
}

function describeDifference(seconds: number): string {
  const tenths = Math.round(seconds * 10) / 10;
  const sign = tenths < 0 ? "-" : "+";
  const size = Math.abs(tenths);
  return `${sign}${size < 60 ? `${size.toFixed(1)} s` : describeRoughly(size)}`;
}
