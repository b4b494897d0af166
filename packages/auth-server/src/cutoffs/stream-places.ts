import { createPool, type Leave } from "./create-pool.ts";
import { createNamedStreams, type NamedStreams } from "./named-streams.ts";
import { networkOf } from "./network-of.ts";

/** Who asks for a stream of the feed. */
export interface Listener {
  /** Whose credential it showed; undefined for everybody else. */
  readonly service: string | undefined;
  /** What it calls itself, where it does. */
  readonly instance: string | undefined;
  /** Where it comes from. */
  readonly address: string;
}

/** How many streams are open, and how often there was no place for one more. */
export interface StreamCounts {
  readonly open: Readonly<Record<"services" | "anonymous", number>>;
  /** By what was full: the places of all services, or of one; those of everybody else, or of one network. */
  readonly refused: Readonly<Record<"services" | "service" | "anonymous" | "address", number>>;
}

/** The places for streams, and who holds one under which name. */
export interface StreamPlaces {
  /** Takes a place, and gives the function that leaves it, to be called once; undefined if there is none left. */
  take(listener: Listener): Leave | undefined;
  readonly holds: NamedStreams["holds"];
  counts(): StreamCounts;
}

export interface StreamPlacesOptions {
  /** Of all listeners together. */
  readonly maxStreams: number;
  /** ms since whenever, never set back. */
  readonly monotonic: () => number;
}

/** So many streams of one address, or of one IPv6 network of a customer (/64), unless it shows a credential. */
const ofOneAddress = 32;

/**
 * How the places are shared out. A tenth is for who shows no credential that is good, and all others are for services, a
 * quarter of all at most for one: strangers cannot take what is theirs. A service whose places are full is a stranger.
 */
export const shareStreams = (maxStreams: number) => {
  const anonymous = Math.floor(maxStreams / 10);
  return {
    services: maxStreams - anonymous,
    service: Math.floor(maxStreams / 4),
    anonymous,
    address: Math.min(ofOneAddress, anonymous),
  };
};

export function createStreamPlaces({ maxStreams, monotonic }: StreamPlacesOptions): StreamPlaces {
  const shares = shareStreams(maxStreams);
  const services = createPool({ places: shares.services, placesOfOne: shares.service });
  const anonymous = createPool({ places: shares.anonymous, placesOfOne: shares.address });
  const names = createNamedStreams(monotonic);
  const takeAsStranger = (address: string): Leave | undefined => anonymous.take(networkOf(address));

  /** Where somebody else holds all places of its service, a receiver is better off among strangers than without a stream. */
  function takeAsService(service: string, { instance, address }: Listener): Leave | undefined {
    const leave = services.take(service) ?? takeAsStranger(address);
    if (leave === undefined || instance === undefined) return leave;
    const release = names.hold(service, instance);
    return () => {
      leave();
      release();
    };
  }

  return {
    take: (listener) =>
      listener.service === undefined ? takeAsStranger(listener.address) : takeAsService(listener.service, listener),
    holds: names.holds,
    counts: () => ({
      open: { services: services.taken(), anonymous: anonymous.taken() },
      refused: {
        services: services.refused().places,
        service: services.refused().placesOfOne,
        anonymous: anonymous.refused().places,
        address: anonymous.refused().placesOfOne,
      },
    }),
  };
}
