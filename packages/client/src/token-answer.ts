import { type ErrorCode, type ErrorSpec, errors } from "@meshpass/protocol";
import { isBearer } from "./bearer.ts";
import { ClientError, type ClientErrorCode } from "./client-error.ts";

const maxExpiresInSeconds = 24 * 3_600;
const maxRetryAfterSeconds = 3_600;

const refusals = new Set<ErrorCode>(["invalid_target", "unauthorized_target", "invalid_credential"]);

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
export function readTokenAnswer(answer: TokenEndpointAnswer): { value: string; expiresIn: number } {
  const body = parseObject(answer.text);
  if (answer.status !== 200) throw readRefusal(answer, body);
  const { accessToken, tokenType, expiresIn } = body;
  const problem =
    (!isBearer(accessToken) && "accessToken is no bearer token") ||
    (tokenType !== "Bearer" && "tokenType is not Bearer") ||
    (!isLifetime(expiresIn) && "expiresIn is no whole number of seconds from 1 to 86400");
  if (problem) throw unusable(`it is not a token answer: ${problem}`, 200);
  return { value: accessToken as string, expiresIn: expiresIn as number };
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

function readRefusal({ status, retryAfter }: TokenEndpointAnswer, body: Record<string, unknown>): ClientError {
  const code = believedCode(status, body.error);
  if (code === undefined) return unusable(`it answered POST /accesstoken with status ${status}`, status, retryAfter);
  const decisionId = readDecisionId(body.decision_id);
  return new ClientError(code, errors[code].description, {
    status,
    decisionId,
    retryAfterSeconds: readRetryAfter(retryAfter) ?? (errors[code] as ErrorSpec).retryAfterSeconds,
  });
}

// A code counts only with the status that belongs to it, so a proxy's page or another server's error is not mistaken
// for a decision. A 401 without one can only be about what we showed.
function believedCode(status: number, code: unknown): ClientErrorCode | undefined {
  const known = typeof code === "string" && Object.hasOwn(errors, code) ? (code as ErrorCode) : undefined;
  if (known !== undefined && errors[known].status === status && (refusals.has(known) || status === 503))
    return known as ClientErrorCode;
  return status === 401 ? "invalid_credential" : undefined;
}

const readDecisionId = (value: unknown): string | undefined =>
  typeof value === "string" && /^[A-Za-z0-9_-]{1,128}$/.test(value) ? value : undefined;

const readRetryAfter = (value: unknown): number | undefined =>
  typeof value === "string" && /^[0-9]{1,9}$/.test(value) ? Math.min(Number(value), maxRetryAfterSeconds) : undefined;

function unusable(why: string, status: number, retryAfter?: unknown): ClientError {
  const retryAfterSeconds = readRetryAfter(retryAfter) ?? errors.auth_server_unreachable.retryAfterSeconds;
  const message = `The auth server gave no usable answer: ${why}. Is authServer the right address?`;
  return new ClientError("auth_server_unreachable", message, { status, retryAfterSeconds });
}
