import { paths } from "@meshpass/protocol";
import type { Dispatcher } from "undici";
import { ClientError } from "./client-error.ts";
import type { CredentialSource } from "./credential-source.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { readBody } from "./read-body.ts";
import { failureCode, send } from "./send.ts";
import { readTokenAnswer, type TokenEndpointAnswer } from "./token-answer.ts";

const maxAnswerBytes = 65_536;

/** An access token. `expiresAt` is in milliseconds since 1970 by this client's own clock. */
export interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/** What a request for a token needs. */
export interface TokenEndpoint {
  readonly authServer: URL;
  readonly credentials: CredentialSource;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly clock: () => number;
}

/**
 * Asks the auth server for a token for `target`: `POST /accesstoken`, the credential as Bearer. `mustBeNew` asks it not
 * to hand out one that it minted earlier. A refused credential is read anew, and tried once more if it has changed.
 *
 * The token's life is counted from before the request by our own clock, so that a slow answer and a wrong clock at the
 * auth server both err on the safe side.
 *
 * @throws ClientError always with what happened at the auth server; see {@link ClientError}.
 */
export async function requestToken(endpoint: TokenEndpoint, target: string, mustBeNew: boolean): Promise<Token> {
  const { credentials, timeoutMs } = endpoint;
  const deadline = startDeadline(timeoutMs, () => unreachable(endpoint, `no answer within ${timeoutMs} ms`));
  const ask = (credential: string) => askOnce(endpoint, { target, mustBeNew, credential }, deadline);
  try {
    const credential = await deadline.race(credentials.read());
    return await ask(credential).catch(async (error) => {
      if (!(error instanceof ClientError) || error.code !== "invalid_credential") throw error;
      const changed = await deadline.race(credentials.reread(credential));
      if (changed === undefined) throw error;
      return ask(changed);
    });
  } finally {
    deadline.end();
  }
}

interface Ask {
  readonly target: string;
  readonly mustBeNew: boolean;
  readonly credential: string;
}

async function askOnce(endpoint: TokenEndpoint, ask: Ask, deadline: Deadline): Promise<Token> {
  const askedAt = endpoint.clock();
  const { value, expiresIn } = readTokenAnswer(await post(endpoint, ask, deadline));
  const expiresAt = askedAt + expiresIn * 1_000;
  if (expiresAt <= endpoint.clock()) throw unreachable(endpoint, "its token was over before it arrived");
  return { value, expiresAt };
}

async function post(endpoint: TokenEndpoint, ask: Ask, deadline: Deadline): Promise<TokenEndpointAnswer> {
  const headers = ["authorization", `Bearer ${ask.credential}`, "content-type", "application/json"];
  if (ask.mustBeNew) headers.push("cache-control", "no-cache");
  const url = new URL(paths.accessToken, endpoint.authServer);
  const body = JSON.stringify({ target: ask.target });
  try {
    // Minting twice does no harm, so a broken connection may be tried again.
    const outgoing = { url, method: "POST", headers, body, repeatable: true } as const;
    const response = await send(endpoint.dispatcher, outgoing, deadline);
    const text = await deadline.race(readBody(response.body, maxAnswerBytes));
    return { status: response.statusCode, retryAfter: response.headers["retry-after"], text };
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : unreachable(endpoint, failureCode(error));
  }
}

const unreachable = ({ authServer }: TokenEndpoint, why: string) =>
  new ClientError("auth_server_unreachable", `The auth server at ${authServer.origin} could not be reached: ${why}.`, {
    retryAfterSeconds: 1,
  });
