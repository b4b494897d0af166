/** One measurement of one contestant. */
export interface Piece {
  /** CPU time of its server, all processes and threads, for a good answer; in microseconds. */
  readonly cpuMicros: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Share of the time in which the generator had nothing to do, 0 to 1. */
  readonly idle: number;
}

/** Whatever can be measured again and again. */
export interface Contestant {
  readonly name: string;
  /** Whether it is as fast as it will be: it does not have to run first. */
  readonly isWarm?: boolean;
  measure(seconds: number): Promise<Piece>;
}

/** How long, and how often. */
export interface Pace {
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  /** So many answers, or so many seconds, come first and do not count: the code is compiled meanwhile. */
  readonly warmUp: { readonly answers: number; readonly seconds: number };
}

/** The pieces of each contestant, in the order of the rounds. */
export type Pieces = ReadonlyMap<string, readonly Piece[]>;

/** Measures `contestants` by turns, A B A B, so that the drift of the machine falls on all of them; first warms each up. */
export async function interleave(
  contestants: readonly Contestant[],
  pace: Pace,
  onPiece: (name: string, round: number) => void = () => undefined,
): Promise<Pieces> {
  const pieces = new Map<string, Piece[]>(contestants.map(({ name }) => [name, []]));
  for (const contestant of contestants) {
    onPiece(contestant.name, 0);
    await warmUp(contestant, pace);
  }
  for (let round = 1; round <= pace.rounds; round += 1)
    for (const contestant of contestants) {
      onPiece(contestant.name, round);
      pieces.get(contestant.name)?.push(await contestant.measure(pace.seconds));
    }
  return pieces;
}

async function warmUp(contestant: Contestant, { seconds, warmUp }: Pace): Promise<void> {
  if (contestant.isWarm) return;
  let answers = 0;
  for (let spent = 0; spent < warmUp.seconds && answers < warmUp.answers; spent += seconds)
    answers += (await contestant.measure(seconds)).perSecond * seconds;
}
