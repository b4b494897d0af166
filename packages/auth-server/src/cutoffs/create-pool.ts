/** Gives back what was taken; to be called once. */
export type Leave = () => void;

/** Places that many share. */
export interface Pool {
  /** Takes a place for `who`; undefined if there is none. */
  take(who: string): Leave | undefined;
  taken(): number;
  /** How often there was none: in all, or of those that one may have. */
  refused(): Readonly<Record<keyof PoolOptions, number>>;
}

export interface PoolOptions {
  readonly places: number;
  readonly placesOfOne: number;
}

/** Bounded by its places: who has none is not remembered. */
export function createPool({ places, placesOfOne }: PoolOptions): Pool {
  const takenBy = new Map<string, number>();
  const refused = { places: 0, placesOfOne: 0 };
  let taken = 0;

  /** Adds `change` to the places of `who`. */
  function count(who: string, change: 1 | -1): void {
    const now = (takenBy.get(who) ?? 0) + change;
    taken += change;
    if (now === 0) takenBy.delete(who);
    else takenBy.set(who, now);
  }

  return {
    take: (who) => {
      const full = taken >= places ? "places" : (takenBy.get(who) ?? 0) >= placesOfOne ? "placesOfOne" : undefined;
      if (full !== undefined) {
        refused[full] += 1;
        return undefined;
      }
      count(who, 1);
      return () => count(who, -1);
    },
    taken: () => taken,
    refused: () => ({ ...refused }),
  };
}
