import { Agent } from "undici";
import { type Call, createCall } from "./call.ts";
import { checkSubjectToken } from "./check-subject-token.ts";
import { ClientError } from "./client-error.ts";
import { type ClientOptions, readClientOptions } from "./client-options.ts";
import { createCredentialSource } from "./credential-source.ts";
import { startDeadline } from "./deadline.ts";
import { createDpopKey } from "./dpop-key.ts";
import { requestToken, type Token } from "./request-token.ts";
import { createTokenSource } from "./token-source.ts";
import type { WantedToken } from "./wanted-token.ts";

const maxConnectionsPerOrigin = 128;

/** How {@link Client.getToken} gets a token. */
export interface GetTokenOptions {
  /** Ends the wait with the signal's own reason; the request goes on for whoever else waits. */
  readonly signal?: AbortSignal;
  /** Have a new one minted, whatever is held. */
  readonly fresh?: boolean;
  /**
   * The token that this service was called with: the target gets one on behalf of whoever called first (RFC 8693). It has to
   * be verified before; it is sent to the auth server alone.
   */
  readonly onBehalfOf?: string;
}

/** One service's way to its peers. */
export interface Client {
  /**
   * A token for `target` that has not expired: held, or asked for once however many wait for it. Between 70 and 90 %
   * of its life the next one is fetched in the background, and a token stays in use while that fails.
   *
   * Does not verify the token: that is the target's part.
   *
   * @throws ClientError, the signal's reason, or TypeError for an `onBehalfOf` that is no token.
   */
  readonly getToken: (target: string, options?: GetTokenOptions) => Promise<Token>;
  /**
   * Calls `path` at `target` with a token for it, and hands back whatever the target answers. A 401 that says
   * `error="invalid_token"` has the token renewed and the call tried once more, if the new token differs and the body
   * is no stream. A GET, HEAD or OPTIONS whose connection broke is sent once more.
   *
   * @throws ClientError, the signal's reason, or TypeError for a path, header, method or body that cannot be sent.
   */
  readonly fetch: Call;
  /** Closes the client's connections at once; what still runs ends with an error. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a client. Sends nothing yet; the credential is read when the first token is asked for.
 *
 * @throws TypeError that lists everything that is wrong with `options`.
 */
export function createClient(options: ClientOptions): Client {
  const { authServer, origins, unprotected, credential, dpop, timeoutMs, tokenTimeoutMs, clock, random, onWarning } =
    readClientOptions(options);
  if (unprotected.length > 0) {
    const message = `Tokens cross the network unencrypted on the way to ${unprotected.join(", ")}.`;
    onWarning({ code: "http_allowed", message });
  }

  const ownAgent = options.dispatcher === undefined ? createAgent(tokenTimeoutMs) : undefined;
  const dispatcher = options.dispatcher ?? (ownAgent as Agent);
  const credentials = createCredentialSource(credential, onWarning);
  const dpopKey = dpop ? createDpopKey(clock) : undefined;
  const oauthTargets = new Set<string>();
  const endpoint = { authServer, credentials, dispatcher, timeoutMs: tokenTimeoutMs, clock, dpopKey, oauthTargets };
  const request = (wanted: WantedToken, mustBeNew: boolean) => requestToken(endpoint, wanted, mustBeNew);
  const tokens = createTokenSource({ targets: origins.keys(), request, clock, random });

  async function getToken(target: string, options: GetTokenOptions = {}): Promise<Token> {
    checkSubjectToken(options);
    const { signal, fresh, onBehalfOf } = options;
    const late = () => new ClientError("auth_server_unreachable", `No token for ${target} within ${timeoutMs} ms.`);
    const deadline = startDeadline(timeoutMs, late, signal);
    try {
      return await deadline.race(Promise.resolve(tokens.getToken({ target, onBehalfOf }, fresh)));
    } finally {
      deadline.end();
    }
  }

  return {
    getToken,
    fetch: createCall({ tokens, origins, dispatcher, timeoutMs, dpopKey }),
    close: async () => ownAgent?.destroy(),
  };
}

const createAgent = (connectTimeoutMs: number): Agent =>
  new Agent({ connections: maxConnectionsPerOrigin, connect: { timeout: connectTimeoutMs } });
