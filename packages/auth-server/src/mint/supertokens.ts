import { HttpError } from "@meshpass/http-server";
import supertokens from "supertokens-node";
import JWT from "supertokens-node/recipe/jwt";
import { installCoreFetch } from "./core-fetch.ts";
import { DeadlineExceeded, withDeadline } from "./deadline.ts";
import { createGate, GateFull } from "./gate.ts";
import type { RequestedClaims, SigningKey } from "./requested-claims.ts";

/** The signing core, as the auth server sees it. */
export interface Core {
  /**
   * `claims` signed as they are by the static or the rotating key. They hold their own `iss`, `iat` and `exp`, so the
   * core's clock and name play no part. What comes back is to be checked (`checkMinted`).
   *
   * @throws HttpError `core_unavailable`: no answer in time, too many calls waiting, or an error of the core.
   */
  sign(claims: RequestedClaims, key: SigningKey): Promise<string>;
  /** The core's JSON Web Key Set (RFC 7517), unchecked. Throws as `sign` does. */
  jwks(): Promise<unknown>;
}

export interface CoreOptions {
  /** One address; with a base path and `/appid-...` where the core has them. */
  readonly uri: string;
  readonly apiKey: string | undefined;
  /** For one call, waiting included, in ms. */
  readonly deadlineMs?: number;
  readonly maxInFlight?: number;
}

/** The SDK insists on a name with a dot and a path; it only ever shows as `iss` of claims that have none. */
const appInfo = { appName: "meshpass", apiDomain: "http://localhost", websiteDomain: "http://localhost" };

/** What waits longer than this many calls would not be served within the deadline anyway. */
const maxWaiting = 1_000;

/**
 * Reaches a core by supertokens-node, whatever core it is. The SDK keeps its state in the module: one core a process,
 * and a second call changes nothing. It has no time limit and no pool limit of its own: the deadline and the gate are
 * ours, and so is the bound on what is left running after them.
 */
export function connectCore({ uri, apiKey, deadlineMs = 800, maxInFlight = 64 }: CoreOptions): Core {
  installCoreFetch(uri);
  supertokens.init({
    framework: "fastify",
    supertokens: { connectionURI: uri, ...(apiKey === undefined ? {} : { apiKey }) },
    appInfo,
    recipeList: [JWT.init()],
    telemetry: false,
  });
  const throughGate = createGate(maxInFlight, maxWaiting);
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    const givenUp = new AbortController();
    try {
      return await withDeadline(throughGate(work, givenUp.signal), deadlineMs);
    } catch (error) {
      givenUp.abort(error);
      throw new HttpError("core_unavailable", { cause: describeFailure(error) });
    }
  };
  return {
    sign: (claims, key) => call(() => createJwt(claims, key === "static")),
    jwks: () => call(() => JWT.getJWKS()),
  };
}

async function createJwt(claims: RequestedClaims, useStatic: boolean): Promise<string> {
  const answer = await JWT.createJWT(claims, claims.exp - claims.iat, useStatic);
  // Also what the SDK says of an answer that is no JSON.
  if (answer.status !== "OK") throw new Error("other answer");
  return answer.jwt;
}

/** What went wrong, in words of ours: the SDK's own message quotes what the core sent, and that may be anything. */
function describeFailure(error: unknown): Error {
  if (error instanceof DeadlineExceeded || error instanceof GateFull) return error;
  const message = error instanceof Error ? error.message : "";
  if (/^No SuperTokens core available/.test(message)) return new Error("the core cannot be reached");
  const status = / with status code: (\d{3}) and message: /.exec(message)?.[1];
  return new Error(
    status === undefined ? "the core's answer makes no sense" : `the core answered with status ${status}`,
  );
}
