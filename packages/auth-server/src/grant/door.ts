import type { AccessTokenClaims } from "@meshpass/protocol";
import type { Snapshot } from "../map/map-in-force.ts";
import type { RequestDescription } from "./describe-request.ts";
import type { Known, ProvenCaller } from "./proven-caller.ts";

/** What a caller asks for. */
export interface Wanted {
  readonly target: string;
  /** Those that it asks for, each once; undefined for all that the edge grants. */
  readonly scopes: readonly string[] | undefined;
}

/** Which of the issuer's names its tokens carry, whether they name the client (RFC 9068 section 2.2), and a key of it. */
export type IssuerClaims = Pick<AccessTokenClaims, "iss" | "client_id" | "cnf">;

/** One way to ask for a token: how its requests are read. What is decided, recorded and minted is the same behind each. */
export interface Door<Request> {
  authenticate(request: Request): Promise<Known<ProvenCaller>>;
  /** Read on the snapshot of the map that is decided on. */
  readWanted(request: Request, caller: ProvenCaller, snapshot: Snapshot): Known<Wanted>;
  /** Whether a token is wanted that was not handed out before. */
  asksForNew(request: Request): boolean;
  claimsFor(caller: ProvenCaller): IssuerClaims;
  /** What the operator's actions are told of the request; they are not told its secrets. */
  describe(request: Request): RequestDescription;
}
