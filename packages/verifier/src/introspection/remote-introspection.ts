import { checkTransport } from "@meshpass/protocol";
import { Agent, request } from "undici";
import { type JsonObject, parseJsonObject } from "../json-object.ts";
import { realTimers } from "../timers.ts";
import { createVerifiedTokens } from "../verified-tokens.ts";
import { VerifierError } from "../verifier-error.ts";
import { withinDeadline } from "../within-deadline.ts";
import type { Introspection } from "./introspection.ts";

export interface RemoteIntrospectionOptions {
  /** Where tokens are asked about, `/oauth/introspect` of the auth server: `https:`, or `http:` on this machine. */
  readonly url: string;
  /** Gives the credential of this service, which goes to the origin of `url` alone. */
  readonly credential: () => Promise<string>;
  /** Allows `http:` to another machine, where the way there is protected by other means. Default false. */
  readonly allowHttp?: boolean;
  /** For one answer, in ms: 100 to 10,000, default 1,000. */
  readonly timeoutMs?: number;
  /** For how long an answer holds, in seconds: 0 to 300, default 60. Without a feed of cut-offs a revoked token lives so long. */
  readonly cacheSeconds?: number;
  /** How many tokens are asked about at once: 1 to 1,000, default 64. More are refused, so that a flood stays here. */
  readonly maxAtOnce?: number;
}

const maxAnswerBytes = 65_536;
/** How many tokens that were not active are remembered, and for how long: whoever sends one again and again asks once. */
const inactive = { size: 2_000, ms: 5_000 } as const;

/**
 * Asks the auth server at `url` what tokens stand for. One request for each token at a time, however many wait for it.
 * Follows no redirect, reads at most 64 kB.
 *
 * @throws TypeError if an option is missing or out of its range
 */
export function remoteIntrospection(options: RemoteIntrospectionOptions): Introspection {
  const { url, credential, allowHttp = false, timeoutMs = 1_000, cacheSeconds = 60, maxAtOnce = 64 } = options;
  checkOptions({ url, credential, allowHttp, timeoutMs, cacheSeconds, maxAtOnce });
  const dispatcher = new Agent({ connections: 8, maxResponseSize: maxAnswerBytes });
  const pending = new Map<string, Promise<JsonObject | undefined>>();
  const refused = createVerifiedTokens<number>(inactive.size);

  const ask = async (token: string): Promise<JsonObject | undefined> => {
    const post = (signal: AbortSignal) => send({ url, dispatcher, credential, token, signal });
    const late = new VerifierError("introspection_timeout");
    const claims = await withinDeadline(post, timeoutMs, new AbortController(), realTimers, late);
    if (claims === undefined) refused.add(token, performance.now() + inactive.ms);
    return claims;
  };
  const introspect = (token: string): Promise<JsonObject | undefined> => {
    if ((refused.get(token) ?? 0) > performance.now()) return Promise.resolve(undefined);
    const known = pending.get(token);
    if (known !== undefined) return known;
    if (pending.size >= maxAtOnce) return Promise.reject(new VerifierError("introspection_flooded"));
    const asked = ask(token).finally(() => pending.delete(token));
    pending.set(token, asked);
    return asked;
  };
  return Object.freeze({ introspect, cacheSeconds, close: () => void dispatcher.destroy() });
}

interface Question {
  readonly url: string;
  readonly dispatcher: Agent;
  readonly credential: () => Promise<string>;
  readonly token: string;
  readonly signal: AbortSignal;
}

async function send({ url, dispatcher, credential, token, signal }: Question): Promise<JsonObject | undefined> {
  try {
    const headers = {
      authorization: `Bearer ${await credential()}`,
      "content-type": "application/x-www-form-urlencoded",
    };
    const answer = await request(url, { method: "POST", dispatcher, signal, headers, body: `token=${token}` });
    if (answer.statusCode === 200) return readAnswer(new Uint8Array(await answer.body.arrayBuffer()));
    answer.body.on("error", () => undefined).destroy();
    throw new VerifierError("introspection_refused", `status ${answer.statusCode} from ${url}`);
  } catch (error) {
    if (error instanceof VerifierError) throw error;
    const { code } = error as { code?: unknown };
    throw new VerifierError("introspection_unreachable", `${typeof code === "string" ? code : "no code"} at ${url}`);
  }
}

function readAnswer(bytes: Uint8Array): JsonObject | undefined {
  const answer = parseJsonObject(bytes);
  if (typeof answer?.active !== "boolean") throw new VerifierError("introspection_malformed");
  return answer.active ? answer : undefined;
}

function checkOptions(options: Required<RemoteIntrospectionOptions>): void {
  const { url, credential, allowHttp, timeoutMs, cacheSeconds, maxAtOnce } = options;
  const transport = checkTransport(url, allowHttp);
  const demands: readonly (readonly [holds: boolean, demand: string])[] = [
    [transport === undefined, `url ${transport}`],
    [typeof credential === "function", "credential must be a function"],
    [isCount(timeoutMs, 100, 10_000), "timeoutMs must be 100 to 10000"],
    [isCount(cacheSeconds, 0, 300), "cacheSeconds must be 0 to 300"],
    [isCount(maxAtOnce, 1, 1_000), "maxAtOnce must be 1 to 1000"],
  ];
  const problems = demands.filter(([holds]) => !holds).map(([, demand]) => demand);
  if (problems.length > 0) throw new TypeError(`remoteIntrospection: ${problems.join("; ")}`);
}

const isCount = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;
