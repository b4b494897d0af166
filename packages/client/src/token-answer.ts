import { type ErrorSpec, errors } from "@meshpass/protocol";
import { isBearer } from "./bearer.ts";
import { ClientError, type ClientErrorCode, passedOnCodes } from "./client-error.ts";

const maxExpiresInSeconds = 24 * 3_600;
const maxRetryAfterSeconds = 3_600;

/** What the auth server says of a request is handed on as it says it. */
const passedOn: ReadonlySet<string> = new Set(passedOnCodes);

/** What `POST /oauth/token` calls what `POST /accesstoken` calls otherwise. */
const oauthCodes = new Map<unknown, ClientErrorCode>([
  ["invalid_client", "invalid_credential"],
  ["invalid_target", "unauthorized_target"],
]);

/** The token in an answer, how it is to be shown, and the seconds that it still lives. */
export interface AnsweredToken {
  readonly value: string;
  readonly scheme: "Bearer" | "DPoP";
  readonly expiresIn: number;
}

/** What the auth server answered: its status, `Retry-After` as sent, and the body, undefined where it was too long. */
export interface TokenEndpointAnswer {
  readonly status: number;
  readonly retryAfter: unknown;
  readonly text: string | undefined;
}

/**
 * The token in an answer of `POST /accesstoken` and the seconds that it still lives.
 *
 * @throws ClientError for a refusal, and for everything that is not exactly a token answer: nonsense is never kept,
 * and never asked for again at once.
 */
export function readTokenAnswer(answer: TokenEndpointAnswer): AnsweredToken {
  const body = parseObject(answer.text);
  if (answer.status !== 200) throw readRefusal(answer, body, believedCode(answer.status, body.error));
  const { accessToken, tokenType, expiresIn } = body;
  return readToken(accessToken, tokenType === "Bearer" ? tokenType : undefined, expiresIn, [
    "accessToken",
    "tokenType",
    "expiresIn",
  ]);
}

/**
 * The same for an answer of `POST /oauth/token` (RFC 6749 section 5.1). `wanted` is the type that was asked for: a bearer
 * token in place of one that is bound to a key is none.
 *
 * @throws ClientError as {@link readTokenAnswer}
 */
export function readOAuthAnswer(answer: TokenEndpointAnswer, wanted: AnsweredToken["scheme"]): AnsweredToken {
  const body = parseObject(answer.text);
  if (answer.status !== 200) throw readRefusal(answer, body, oauthCode(answer.status, body.error));
  const { access_token: token, token_type: type, expires_in: seconds } = body;
  const isWanted = typeof type === "string" && type.toLowerCase() === wanted.toLowerCase();
  return readToken(token, isWanted ? wanted : undefined, seconds, ["access_token", "token_type", "expires_in"]);
}

function readToken(
  value: unknown,
  scheme: AnsweredToken["scheme"] | undefined,
  expiresIn: unknown,
  [token, type, seconds]: readonly [string, string, string],
): AnsweredToken {
  const problem =
    (!isBearer(value) && `${token} is no bearer token`) ||
    (scheme === undefined && `${type} is not what was asked for`) ||
    (!isLifetime(expiresIn) && `${seconds} is no whole number of seconds from 1 to 86400`);
  if (problem) throw unusable(`it is not a token answer: ${problem}`, 200);
  return { value: value as string, scheme: scheme as AnsweredToken["scheme"], expiresIn: expiresIn as number };
}

const isLifetime = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxExpiresInSeconds;

function parseObject(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function readRefusal(
  { status, retryAfter }: TokenEndpointAnswer,
  body: Record<string, unknown>,
  code: ClientErrorCode | undefined,
): ClientError {
  if (code === undefined) return unusable(`it answered with status ${status}`, status, retryAfter);
  return new ClientError(code, errors[code].description, {
    authServerStatus: status,
    decisionId: readDecisionId(body.decision_id),
    retryAfterSeconds: readRetryAfter(retryAfter) ?? (errors[code] as ErrorSpec).retryAfterSeconds,
  });
}

// A code counts only with the status that belongs to it, so a proxy's page or another server's error is not mistaken
// for a decision. A 401 without one can only be about what we showed.
function believedCode(status: number, code: unknown): ClientErrorCode | undefined {
  if (isPassedOn(code) && errors[code].status === status) return code;
  return status === 401 ? "invalid_credential" : undefined;
}

/** By the statuses of RFC 6749 section 5.2. */
function oauthCode(status: number, code: unknown): ClientErrorCode | undefined {
  const known = status === (code === "invalid_client" ? 401 : 400) ? oauthCodes.get(code) : undefined;
  return known ?? believedCode(status, code);
}

const isPassedOn = (code: unknown): code is ClientErrorCode => typeof code === "string" && passedOn.has(code);

const readDecisionId = (value: unknown): string | undefined =>
  typeof value === "string" && /^[A-Za-z0-9_-]{1,128}$/.test(value) ? value : undefined;

const readRetryAfter = (value: unknown): number | undefined =>
  typeof value === "string" && /^[0-9]{1,9}$/.test(value) ? Math.min(Number(value), maxRetryAfterSeconds) : undefined;

function unusable(why: string, status: number, retryAfter?: unknown): ClientError {
  const retryAfterSeconds = readRetryAfter(retryAfter) ?? errors.auth_server_unreachable.retryAfterSeconds;
  const message = `The auth server gave no usable answer: ${why}. Is authServer the right address?`;
  return new ClientError("auth_server_unreachable", message, { authServerStatus: status, retryAfterSeconds });
}
