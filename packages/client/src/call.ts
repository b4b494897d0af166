import type { Dispatcher } from "undici";
import { type Answer, createAnswer } from "./answer.ts";
import { type CallInit, type CallRequest, closeBody, readCallInit } from "./call-init.ts";
import { ClientError } from "./client-error.ts";
import { type Deadline, reasonUnder, startDeadline } from "./deadline.ts";
import type { DpopKey } from "./dpop-key.ts";
import { findTarget } from "./find-target.ts";
import { discardBody } from "./read-body.ts";
import type { Response } from "./receive-response.ts";
import type { Token } from "./request-token.ts";
import { failureCode, send } from "./send.ts";
import { type Address, targetAddress } from "./target-address.ts";
import { checkTimeout } from "./timeout.ts";
import type { TokenSource } from "./token-source.ts";

/** The most of a refused answer that is read so as to keep its connection. */
const dumpBytes = 16_384;

export interface CallOptions {
  readonly tokens: TokenSource;
  readonly origins: ReadonlyMap<string, URL>;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly dpopKey: DpopKey | undefined;
}

/** `GET path` at `target`, or what `init` says, with a token for it. */
export type Call = (target: string, path: string, init?: CallInit) => Promise<Answer>;

/** Makes {@link Client.fetch}. Whatever a call fails of, its body is closed. */
export function createCall(options: CallOptions): Call {
  const call = createTokenCall(options);
  return async (target, path, init) => {
    try {
      return await call(target, path, init);
    } catch (error) {
      closeBody(init?.body);
      throw error;
    }
  };
}

/** Everything about a call is checked before a token is fetched for it. */
function createTokenCall({ tokens, origins, dispatcher, timeoutMs, dpopKey }: CallOptions): Call {
  return async (target, path, init = {}) => {
    const address = targetAddress(findTarget(origins, target), path);
    const request = readCallInit(init);
    const wanted = { target, onBehalfOf: init.onBehalfOf };
    const limitMs = checkTimeout("timeoutMs", init.timeoutMs ?? timeoutMs);
    let waitingFor = "auth_server_unreachable" as "auth_server_unreachable" | "target_unreachable";
    const late = () => new ClientError(waitingFor, `The call of ${target} was not over within ${limitMs} ms.`);
    const deadline = startDeadline(limitMs, late, init.signal);

    const getToken = () => {
      waitingFor = "auth_server_unreachable";
      const token = tokens.getToken(wanted);
      return token instanceof Promise ? deadline.race(token) : token;
    };
    const sendWith = (token: Token) => {
      waitingFor = "target_unreachable";
      return sendRequest({ target, address, request, token, dispatcher, deadline, dpopKey });
    };
    const sendAgain = (first: Response, token: Token) => {
      discardBody(first.body, dumpBytes);
      return sendWith(token);
    };

    try {
      const token = await getToken();
      const first = await sendWith(token);
      const isNonceNew = dpopKey?.noteNonce(address.origin, first.headers["dpop-nonce"]) === true;
      if (isNonceNew && first.statusCode === 401 && request.resendable)
        return createAnswer(target, await sendAgain(first, token), deadline);
      if (!refusesToken(first)) return createAnswer(target, first, deadline);
      tokens.dropToken(wanted, token.value);
      if (!request.resendable) return createAnswer(target, first, deadline);
      const renewed = await getToken();
      if (renewed.value === token.value) return createAnswer(target, first, deadline);
      return createAnswer(target, await sendAgain(first, renewed), deadline);
    } catch (error) {
      deadline.fail(error);
      throw error;
    }
  };
}

interface Sending {
  readonly target: string;
  readonly address: Address;
  readonly request: CallRequest;
  readonly token: Token;
  readonly dispatcher: Dispatcher;
  readonly deadline: Deadline;
  readonly dpopKey: DpopKey | undefined;
}

async function sendRequest(sending: Sending): Promise<Response> {
  const { target, address, request, token, dispatcher, deadline, dpopKey } = sending;
  const fixed = ["authorization", `${token.scheme} ${token.value}`, ...request.headers];
  const { method } = request;
  const proof = () => (dpopKey === undefined ? [] : ["dpop", dpopKey.prove({ method, address, token: token.value })]);
  const headers = () => [...fixed, ...proof()];
  return send(dispatcher, { ...request, address, headers }, deadline).catch((error) => {
    const message = `${target} at ${address.origin} could not be reached: ${failureCode(error)}.`;
    throw reasonUnder(deadline, () => new ClientError("target_unreachable", message));
  });
}

// Only a 401 that blames the token (RFC 6750 section 3.1): a refusal by the map carries the bare challenge, and no new
// token would change it.
function refusesToken({ statusCode, headers }: Response): boolean {
  const challenges = [headers["www-authenticate"] ?? []].flat();
  return (
    statusCode === 401 &&
    challenges.some((text) => /\b(bearer|dpop)\b.*\berror="?invalid_token\b/i.test(text.slice(0, 1_024)))
  );
}
