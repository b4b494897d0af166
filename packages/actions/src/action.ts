import type { ErrorCode } from "@meshpass/protocol";

/**
 * What an action is told of the request for a token: plain data, deeply frozen, its objects without a prototype. It
 * holds no secret, no assertion and no token.
 */
export interface ActionEvent {
  /** Who asks. */
  readonly client: {
    readonly client_id: string;
    readonly name: string;
    readonly metadata: Readonly<Record<string, string>>;
  };
  /** Whom the token is for: the audience that will stand in it, and the name in the map. */
  readonly resource_server: { readonly identifier: string; readonly name: string };
  readonly request: {
    readonly ip: string;
    readonly method: string;
    readonly user_agent?: string;
    /** The parameters of the request, without those that are secret. */
    readonly body: Readonly<Record<string, unknown>>;
  };
  /** What the token will hold: its scopes, and the claims that were set so far. */
  readonly accessToken: { readonly scope: readonly string[]; readonly customClaims: Readonly<Record<string, unknown>> };
  readonly transaction: {
    readonly requested_scopes: readonly string[];
    /** Of a token exchange: who calls whom on the way there, the first caller first and `client` last (RFC 8693). */
    readonly chain?: readonly string[];
  };
}

/** What an action may refuse with. */
export type DenyCode = Extract<ErrorCode, "invalid_scope" | "invalid_request" | "server_error">;

/** What an action can do. Its functions end with an error once the action has ended. */
export interface ActionApi {
  readonly access: {
    /**
     * Refuses the token: the actions after this one do not run. The first refusal counts.
     *
     * @param reason for the caller to read: 1 to 200 characters; what RFC 6749 section 5.2 does not allow becomes `?`
     * @throws TypeError for another code or reason
     */
    deny(code: DenyCode, reason: string): void;
  };
  readonly accessToken: {
    /**
     * Sets a claim of the token. The name of a claim that our own tokens use, or that a standard gives a meaning, is
     * ignored with a warning.
     *
     * @param name 1 to 100 printable characters of ASCII, such as `https://example.com/plan`
     * @param value what JSON can hold: numbers are finite, nesting is 8 deep at most
     * @throws TypeError for another name or value; RangeError past 32 claims, or past 2,048 bytes of JSON in all
     */
    setCustomClaim(name: string, value: unknown): void;
  };
}

/** The function that a file of actions exports as `onExecuteCredentialsExchange`. */
export type OnExecuteCredentialsExchange = (event: ActionEvent, api: ActionApi) => void | Promise<void>;
