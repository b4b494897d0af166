import { type ErrorCode, errors } from "@meshpass/protocol";

export interface HttpErrorOptions {
  readonly decisionId?: string | undefined;
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether the table's `WWW-Authenticate` is sent, where it has one. Default true. */
  readonly challenges?: boolean;
  /** In the characters that RFC 6749 section 5.2 allows. */
  readonly description?: string | undefined;
  readonly cause?: unknown;
}

/** A refusal or a failure that a route answers with: thrown anywhere in a handler, sent by the one error exit. */
export class HttpError extends Error {
  readonly code: ErrorCode;
  readonly decisionId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly description: string | undefined;
  readonly challenges: boolean;

  /**
   * `code` chooses status, text and challenge from protocol's table; `decisionId` names the decision that refused;
   * `retryAfterSeconds` (a whole number), `description` and `headers` (by their names in small letters) stand in for the table's. `cause`
   * goes to the log of a 5xx, never to the peer.
   */
  constructor(code: ErrorCode, options: HttpErrorOptions = {}) {
    super(errors[code].description, { cause: options.cause });
    this.name = "HttpError";
    this.code = code;
    this.decisionId = options.decisionId;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
    this.description = options.description;
    this.challenges = options.challenges ?? true;
  }
}
