import { compareAttributes } from "./compare-attributes.ts";
import { compareServices } from "./compare-services.ts";
import type { CompiledMap, PackedTexts, Pairs } from "./compiled-map.ts";
import { textAt } from "./packed-texts.ts";

/** A caller and the targets, ascending and at least one, that it may call less than before or not at all any more. */
export interface Narrowed {
  readonly caller: string;
  readonly targets: readonly string[];
}

export interface Comparison {
  /** Of a token whose edge names no lifetime, in seconds. */
  readonly defaultLifetimeSeconds: number;
  /** The same while `before` was in force, where it was another one then. */
  readonly lastDefaultLifetimeSeconds?: number;
  /** Since 1970. An edge of `before` that has ended by then is not looked at: its tokens have ended with it. */
  readonly nowSeconds: number;
}

/**
 * Every pair for which a token decided on `before` could be more than `after` grants, by caller in ascending order: the
 * edge is gone or now denied, has lost a scope, has a shorter lifetime or an earlier end, lets a first caller be the first no
 * more or a chain be as long no more, or has an attribute that is not known to be harmless; the caller or the target is
 * disabled now, the target has another audience, or the caller has lost a grant. What is only written differently (order,
 * lines, groups, reasons) is no difference.
 *
 * A pair stands for the tokens of every chain that it is a call of, wherever in the chain.
 *
 * In the time of reading both maps once. It does not look for tokens: nobody may have one of a pair that it names.
 */
export function compareMaps(before: CompiledMap, after: CompiledMap, options: Comparison): readonly Narrowed[] {
  const { defaultLifetimeSeconds, lastDefaultLifetimeSeconds = defaultLifetimeSeconds, nowSeconds } = options;
  const numbers = matchNames(before.names, after.names);
  const isNarrower = compareAttributes(before, after, {
    before: lastDefaultLifetimeSeconds,
    after: defaultLifetimeSeconds,
  });
  const { isLostAsCaller, isLostAsTarget } = compareServices(before, after, numbers);
  const { starts, targets, attributes } = before.allowed;
  const wasDisabled = (service: number) => before.services.disabledLines[service] !== 0;

  const narrowedOf = (caller: number): readonly number[] => {
    if (wasDisabled(caller)) return [];
    const wasDenied = createCursor(before.denied, caller);
    const isDenied = createCursor(after.denied, numbers[caller] as number);
    const find = createCursor(after.allowed, numbers[caller] as number);
    const narrowed: number[] = [];
    for (let cell = starts[caller] as number; cell < (starts[caller + 1] as number); cell += 1) {
      const target = targets[cell] as number;
      const old = attributes[cell] as number;
      if (wasDenied(target) !== -1 || wasDisabled(target) || !(nowSeconds < (before.expiries[old] as number))) continue;
      const number = numbers[target] as number;
      const kept = isDenied(number) === -1 ? find(number) : -1;
      const isLost = kept === -1 || isLostAsCaller(caller) || isLostAsTarget(target);
      if (isLost || isNarrower(old, after.allowed.attributes[kept] as number)) narrowed.push(target);
    }
    return narrowed;
  };

  const name = createNames(before.names);
  const all: Narrowed[] = [];
  for (let caller = 0; caller < numbers.length; caller += 1) {
    const narrowed = narrowedOf(caller);
    if (narrowed.length > 0) all.push({ caller: name(caller), targets: narrowed.map(name) });
  }
  return all;
}

/** The number in `after` of each name of `before`, or -1; both ascend. */
function matchNames(before: PackedTexts, after: PackedTexts): Int32Array {
  const [olds, news] = [before, after].map(({ starts }) => starts.length - 1) as [number, number];
  const numbers = new Int32Array(olds);
  for (let old = 0, now = 0; old < olds; old += 1) {
    const name = textAt(before, old);
    while (now < news && textAt(after, now) < name) now += 1;
    numbers[old] = now < news && textAt(after, now) === name ? now : -1;
  }
  return numbers;
}

/** Finds the cells of targets in the row of `caller`, or -1; they are to be asked for in ascending order. */
function createCursor({ starts, targets }: Pairs, caller: number): (target: number) => number {
  const [start, end] = caller === -1 ? [0, 0] : [starts[caller] as number, starts[caller + 1] as number];
  let cell = start;
  return (target) => {
    while (cell < end && (targets[cell] as number) < target) cell += 1;
    return cell < end && targets[cell] === target ? cell : -1;
  };
}

/** Reads names by their number, each one once. */
function createNames(names: PackedTexts): (number: number) => string {
  const read = new Map<number, string>();
  return (number) => {
    const name = read.get(number) ?? textAt(names, number);
    read.set(number, name);
    return name;
  };
}
