import { accessTokenType, paths, tokenExchangeGrant } from "@meshpass/protocol";
import type { Dispatcher } from "undici";
import { ClientError } from "./client-error.ts";
import type { CredentialSource } from "./credential-file.ts";
import { type Deadline, reasonUnder, startDeadline } from "./deadline.ts";
import type { DpopKey } from "./dpop-key.ts";
import { readBody } from "./read-body.ts";
import { failureCode, send } from "./send.ts";
import type { Address } from "./target-address.ts";
import { type AnsweredToken, readOAuthAnswer, readTokenAnswer, type TokenEndpointAnswer } from "./token-answer.ts";
import type { WantedToken } from "./wanted-token.ts";

const maxAnswerBytes = 65_536;

/** An access token. `expiresAt` is in milliseconds since 1970 by this client's own clock. */
export interface Token {
  readonly value: string;
  /** How it is shown: alone, or with a proof of this client's key. */
  readonly scheme: "Bearer" | "DPoP";
  readonly expiresAt: number;
}

/** What a request for a token needs. */
export interface TokenEndpoint {
  readonly authServer: URL;
  readonly credentials: CredentialSource;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly clock: () => number;
  /** Tokens are bound to it where it is there. */
  readonly dpopKey: DpopKey | undefined;
  /** The targets whose tokens are to be had at `POST /oauth/token` alone, as far as that was said. */
  readonly oauthTargets: Set<string>;
}

/**
 * Asks the auth server for a token for `target`: `POST /accesstoken`, or `POST /oauth/token` for a token that is bound to a
 * key, for a target that takes opaque ones, or on behalf of another (RFC 8693); the credential as Bearer. `mustBeNew` asks it not to hand out one that it
 * minted earlier. A refused credential is read anew, and tried once more if it has changed.
 *
 * The token's life is counted from before the request by our own clock, so that a slow answer and a wrong clock at the
 * auth server both err on the safe side.
 *
 * @throws ClientError always with what happened at the auth server; see {@link ClientError}.
 */
export async function requestToken(endpoint: TokenEndpoint, wanted: WantedToken, mustBeNew: boolean): Promise<Token> {
  const { credentials, timeoutMs } = endpoint;
  const deadline = startDeadline(timeoutMs, () => unreachable(endpoint, `no answer within ${timeoutMs} ms`));
  const ask = (credential: string) => askOnce(endpoint, { ...wanted, mustBeNew, credential }, deadline);
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

interface Ask extends WantedToken {
  readonly mustBeNew: boolean;
  readonly credential: string;
}

async function askOnce(endpoint: TokenEndpoint, ask: Ask, deadline: Deadline): Promise<Token> {
  const askedAt = endpoint.clock();
  const { expiresIn, ...token } = await askAtItsDoor(endpoint, ask, deadline);
  const expiresAt = askedAt + expiresIn * 1_000;
  if (expiresAt <= endpoint.clock()) throw unreachable(endpoint, "its token was over before it arrived");
  return { ...token, expiresAt };
}

async function askAtItsDoor(endpoint: TokenEndpoint, ask: Ask, deadline: Deadline): Promise<AnsweredToken> {
  const { dpopKey, oauthTargets } = endpoint;
  if (dpopKey !== undefined || ask.onBehalfOf !== undefined || oauthTargets.has(ask.target))
    return askOAuth(endpoint, ask, deadline);
  try {
    const body = JSON.stringify({ target: ask.target });
    const address = { origin: endpoint.authServer.origin, path: paths.accessToken };
    const outgoing = { address, type: "application/json", body, proof: () => [] };
    return readTokenAnswer(await post(endpoint, ask, outgoing, deadline));
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "oauth_required") throw error;
    oauthTargets.add(ask.target);
    return askOAuth(endpoint, ask, deadline);
  }
}

/** Once more where a nonce was missing, and only if it is another than before. */
async function askOAuth(endpoint: TokenEndpoint, ask: Ask, deadline: Deadline): Promise<AnsweredToken> {
  const { authServer, dpopKey } = endpoint;
  const address = { origin: authServer.origin, path: paths.oauthToken };
  const outgoing = {
    address,
    type: "application/x-www-form-urlencoded",
    body: writeForm(ask),
    proof: () => (dpopKey === undefined ? [] : ["dpop", dpopKey.prove({ method: "POST", address })]),
  };
  const wanted = dpopKey === undefined ? "Bearer" : "DPoP";
  const first = await post(endpoint, ask, outgoing, deadline);
  const mayRepeat = dpopKey?.noteNonce(authServer.origin, first.nonce) === true && first.status === 400;
  return readOAuthAnswer(mayRepeat ? await post(endpoint, ask, outgoing, deadline) : first, wanted);
}

/** RFC 6749 section 4.4.2, and RFC 8693 section 2.1 with the token that this service was called with. */
function writeForm({ target: audience, onBehalfOf }: Ask): string {
  const grant =
    onBehalfOf === undefined
      ? { grant_type: "client_credentials" }
      : { grant_type: tokenExchangeGrant, subject_token: onBehalfOf, subject_token_type: accessTokenType };
  return new URLSearchParams({ ...grant, audience }).toString();
}

interface Question {
  readonly address: Address;
  readonly type: string;
  readonly body: string;
  /** The header with a new proof, or nothing. */
  readonly proof: () => readonly string[];
}

async function post(
  endpoint: TokenEndpoint,
  ask: Ask,
  { address, type, body, proof }: Question,
  deadline: Deadline,
): Promise<TokenEndpointAnswer & { readonly nonce: unknown }> {
  const fixed = ["authorization", `Bearer ${ask.credential}`, "content-type", type];
  if (ask.mustBeNew) fixed.push("cache-control", "no-cache");
  try {
    // Minting twice does no harm, so a broken connection may be tried again.
    const outgoing = {
      address,
      method: "POST",
      headers: () => [...fixed, ...proof()],
      body,
      repeatable: true,
    } as const;
    const { statusCode: status, headers, body: stream } = await send(endpoint.dispatcher, outgoing, deadline);
    const text = await deadline.race(readBody(stream, maxAnswerBytes));
    return { status, retryAfter: headers["retry-after"], nonce: headers["dpop-nonce"], text };
  } catch (error) {
    throw reasonUnder(deadline, () => unreachable(endpoint, failureCode(error)));
  }
}

const unreachable = ({ authServer }: TokenEndpoint, why: string) =>
  new ClientError("auth_server_unreachable", `The auth server at ${authServer.origin} could not be reached: ${why}.`, {
    retryAfterSeconds: 1,
  });
