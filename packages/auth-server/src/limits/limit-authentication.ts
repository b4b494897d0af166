import { errors } from "@meshpass/protocol";
import { networkOf } from "../cutoffs/network-of.ts";
import type { Known, ProvenCaller } from "../grant/proven-caller.ts";
import { type Claim, claimedName } from "./claimed-name.ts";
import { createClientBuckets, type TakeToken } from "./client-buckets.ts";
import { createHashedBuckets } from "./hashed-buckets.ts";
import { type HeaderFields, limitHeaders } from "./limit-headers.ts";
import type { Clocks } from "./steady-clock.ts";
import type { Rate } from "./token-bucket.ts";

/** How often one may ask; without a rate, as often as one likes. */
export interface RateLimits {
  /** Of the requests of one client that has proven who it is. */
  readonly perClient: Rate | undefined;
  /** Of the requests that prove nothing, under one name from one network. */
  readonly failures: Rate | undefined;
  /** Of those from one network, whatever name they claim. */
  readonly failuresPerAddress: Rate | undefined;
}

/** A request as far as it is counted. */
export interface CountedRequest extends Claim {
  /** Of the peer's end of the connection. */
  readonly address: string;
}

type Authenticate<Request> = (request: Request) => Promise<Known<ProvenCaller>>;

/** Makes of a way to authenticate the same one within limits. All that one makes share their counts. */
export type LimitAuthentication = <Request extends CountedRequest>(
  authenticate: Authenticate<Request>,
) => Authenticate<Request>;

/**
 * Verifies first, then counts. Who proves who he is, is counted under his own name alone, so that nobody else's failures
 * stand in his way. Who does not is refused in any case: with 401, or 429 where that has happened too often.
 *
 * No header has a say in where a request comes from, and no count tells whether there is a service of some name. Failures
 * count together wherever `failures` are the same.
 */
export function createLimitAuthentication(
  limits: RateLimits,
  clocks: Clocks,
  { ofName, ofNetwork }: FailureLimits = createFailureLimits(limits),
): LimitAuthentication {
  const ofClient = createLimit(limits.perClient, createClientBuckets);

  const countSuccess = (caller: ProvenCaller): Known<ProvenCaller> => {
    const headers = ofClient(caller.name, clocks);
    if (headers === undefined) return { value: caller };
    return { refused: { allowed: false, code: "too_many_requests", reason: "rate_limited", caller, headers } };
  };
  const countFailure = (request: CountedRequest): HeaderFields | undefined => {
    const network = networkOf(request.address);
    // Of a flood no more is read than that.
    return ofNetwork(network, clocks) ?? ofName(`${network} ${claimedName(request) ?? ""}`, clocks);
  };
  return (authenticate) => async (request) => {
    const known = await authenticate(request);
    if ("value" in known) return countSuccess(known.value);
    if (errors[known.refused.code].status !== 401) return known;
    const headers = countFailure(request);
    // The reason stays what it was: that is what the record is read for.
    return headers === undefined ? known : { refused: { ...known.refused, code: "too_many_requests", headers } };
  };
}

/** The counts of requests that prove nothing. */
export interface FailureLimits {
  readonly ofName: Limit;
  readonly ofNetwork: Limit;
}

export const createFailureLimits = ({ failures, failuresPerAddress }: RateLimits): FailureLimits => ({
  ofName: createLimit(failures, createHashedBuckets),
  ofNetwork: createLimit(failuresPerAddress, createHashedBuckets),
});

type Limit = (key: string, clocks: Clocks) => HeaderFields | undefined;

/** Counts a request under its key; gives the headers of the refusal where that is one too many. */
function createLimit(rate: Rate | undefined, createBuckets: (rate: Rate) => TakeToken): Limit {
  if (rate === undefined) return () => undefined;
  const take = createBuckets(rate);
  return (key, { clock, monotonic }) => {
    const waitMs = take(key, monotonic());
    if (waitMs === 0) return undefined;
    const afterSeconds = waitMs / 1_000;
    return limitHeaders({ limit: rate.burst, afterSeconds, resetAt: clock() / 1_000 + afterSeconds });
  };
}
