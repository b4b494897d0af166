import type { Piece } from "./interleave.ts";
import { median, spreadOf } from "./summary.ts";

/** Throughput and tail, which a shared machine swings, beside what is compared. */
interface Beside {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** One comparison: ours, theirs, and the bound that must hold. */
export interface Row {
  /** `<cell>/<beside what>`. */
  readonly name: string;
  /** Above 1 means that ours needs less: theirs / ours, or bound / ours where there is nobody beside. */
  readonly ratio: number;
  /** Between which ratios the middle half of the rounds lies. */
  readonly spread: readonly [number, number];
  readonly ours: number;
  /** Null where there is nobody beside. */
  readonly theirs: number | null;
  /** Of `ours` and `theirs`. */
  readonly unit: string;
  /** The least that `ratio` may be. */
  readonly atLeast?: number;
  /** The most that `ours` may be, in `unit`. */
  readonly atMost?: number;
  readonly besideOurs?: Beside;
  readonly besideTheirs?: Beside;
  /** What a reader must know before believing it. */
  readonly notes: readonly string[];
}

/** A number that stands in the report and has no bound. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface Findings {
  readonly rows: readonly Row[];
  readonly figures: readonly Figure[];
}

/** A generator that is busier than this measures itself; share of its time. */
const leastIdle = 0.1;

/** What two contestants are compared by. */
interface Measure {
  readonly unit: string;
  readonly of: (piece: Piece) => number;
  /** Above 1 where ours is the better one. */
  readonly ratio: (ours: number, theirs: number) => number;
}

const cpu: Measure = {
  unit: "us of CPU",
  of: ({ cpuMicros }) => cpuMicros,
  ratio: (ours, theirs) => theirs / ours,
};
const throughput: Measure = {
  unit: "a second",
  of: ({ perSecond }) => perSecond,
  ratio: (ours, theirs) => ours / theirs,
};

type Compare = (name: string, ours: readonly Piece[], theirs: readonly Piece[], atLeast: number) => Row;

/** Compares what one answer costs, round by round: machine drift between rounds cancels out. */
export const compareCpu: Compare = (...pieces) => compare(cpu, ...pieces);

/** Compares how many answers there are in a second, for what is limited by more than one process; round by round too. */
export const compareThroughput: Compare = (...pieces) => compare(throughput, ...pieces);

function compare({ unit, of, ratio }: Measure, ...[name, ours, theirs, atLeast]: Parameters<Compare>): Row {
  const ratios = ours.map((piece, round) => {
    const other = theirs[round];
    return other === undefined ? Number.NaN : ratio(of(piece), of(other));
  });
  const isBusy = [...ours, ...theirs].some(({ idle }) => idle < leastIdle);
  return {
    name,
    ratio: median(ratios),
    spread: spreadOf(ratios),
    ours: median(ours.map(of)),
    theirs: median(theirs.map(of)),
    unit,
    atLeast,
    besideOurs: besideOf(ours),
    besideTheirs: besideOf(theirs),
    notes: isBusy ? ["the generator was idle for less than 10 % of the time: throughput and p99 are its own"] : [],
  };
}

/** Something that must stay under a bound of its own, whatever others need; one value a round. */
export function boundAbove(name: string, values: readonly number[], unit: string, atMost: number): Row {
  const ratios = values.map((value) => atMost / value);
  const ours = median(values);
  return { name, ratio: median(ratios), spread: spreadOf(ratios), ours, theirs: null, unit, atMost, notes: [] };
}

/** Whether the bound of `row` holds; a row that could not be computed holds nothing. */
export function holds({ ratio, ours, atLeast, atMost }: Row): boolean {
  if (atLeast !== undefined) return ratio >= atLeast;
  return atMost === undefined || ours <= atMost;
}

const besideOf = (pieces: readonly Piece[]): Beside => ({
  perSecond: median(pieces.map(({ perSecond }) => perSecond)),
  p99Ms: median(pieces.map(({ p99Ms }) => p99Ms)),
});
