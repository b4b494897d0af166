import { checkTransport, type ErrorBody, type ErrorCode, escapeDeceptive } from "@meshpass/protocol";
import { describeReadFailure } from "./read-failure.ts";
import { sendRequest } from "./send-request.ts";

/** Calls the operator interface of a running auth server. */
export interface OperatorClient {
  /**
   * What the interface answers to `method path`, with `body` as JSON where there is one.
   *
   * @throws OperatorError with one line that says what happened and what to do.
   */
  call(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown>;
}

/** Why a call to the operator interface came to nothing, in one line for a person. Holds no token. */
export class OperatorError extends Error {
  /** What the auth server answered with, where it answered with an error that says what it is. */
  readonly code: ErrorCode | undefined;
  /** Whether what was asked for may be done all the same: it was sent, and no answer says that it was not. */
  readonly mayBeDone: boolean;

  constructor(message: string, { code, mayBeDone = false }: OperatorErrorOptions = {}) {
    super(message);
    this.name = "OperatorError";
    this.code = code;
    this.mayBeDone = mayBeDone;
  }
}

interface OperatorErrorOptions {
  readonly code?: ErrorCode | undefined;
  readonly mayBeDone?: boolean;
}

export interface OperatorAccess {
  /** Such as `http://127.0.0.1:8100`. */
  readonly url: string;
  /** Reads the operator token. What goes wrong is an error with the `code` of the operating system. */
  readonly readToken: () => Promise<string>;
  /** Where a token is looked for, for the message that there is none or that it is not good. */
  readonly tokenPlace: string;
  readonly allowHttp: boolean;
  /** In ms, for a whole call. */
  readonly timeoutMs?: number;
}

const maxAnswerBytes = 16 * 1024 * 1024;

/** A client that shows the operator token to `url` alone: it follows no redirect and speaks http: only to this machine. */
export function createOperatorClient(access: OperatorAccess): OperatorClient {
  return {
    call: async (method, path, body) => {
      const problem = checkTransport(access.url, access.allowHttp);
      if (problem !== undefined) throw new OperatorError(`MESHPASS_OPERATOR_URL ${problem}`);
      const token = await readToken(access);
      const { status, text } = await send(access, token, method, path, body);
      const answer = parse(text);
      if (status === 200) return answer;
      const refusal = answer as Partial<ErrorBody> | null | undefined;
      const code = refusal?.error;
      const mayBeDone = status >= 500 && (code === undefined || code === "server_error");
      throw new OperatorError(describeRefusal(access, status, refusal), { code, mayBeDone });
    },
  };
}

async function readToken({ readToken, tokenPlace }: OperatorAccess): Promise<string> {
  const token = await readToken().catch((error: NodeJS.ErrnoException) => {
    const { code } = error;
    if (code === "ENOENT") return "";
    if (code === undefined) throw error;
    const remedy = "be the user that runs the auth server, or set MESHPASS_OPERATOR_TOKEN_FILE";
    throw new OperatorError(`cannot read the operator token in ${tokenPlace}: ${describeReadFailure(code)}; ${remedy}`);
  });
  if (token !== "") return token;
  const remedy = "the auth server writes one there when it is ready: pnpm start";
  throw new OperatorError(`there is no operator token in ${tokenPlace}; ${remedy}`);
}

async function send(
  { url, timeoutMs = 5_000 }: OperatorAccess,
  token: string,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await sendRequest(new URL(path, url), { method, headers, body, signal, maxBytes: maxAnswerBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const silence = signal.aborted
      ? `did not answer within ${timeoutMs / 1_000} s; ${slowRemedy}`
      : describeSilence(code);
    throw new OperatorError(`the operator interface at ${url} ${silence}`, { mayBeDone: !unsent.has(code) });
  }
}

const slowRemedy = "the log of the auth server may say why";

/** What the interface did instead of answering, and what to do. */
function describeSilence(code: string | undefined): string {
  const what = code === "ECONNREFUSED" ? "refused the connection" : `gave no whole answer${code ? ` (${code})` : ""}`;
  return `${what}; is the auth server up (pnpm start auth-server), and MESHPASS_PORT_OFFSET here the same?`;
}

/** With these nothing was ever sent: there was no connection to send it over. */
const unsent: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
]);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeRefusal(
  { url, tokenPlace }: OperatorAccess,
  status: number,
  body: Partial<ErrorBody> | null | undefined,
): string {
  if (status === 401) {
    const remedy = "delete it, and a running auth server writes a new one within a minute";
    return `the operator interface at ${url} does not accept the operator token in ${tokenPlace}; ${remedy}`;
  }
  const said = escapeDeceptive(`${status} ${body?.error ?? ""}: ${body?.error_description ?? ""}`);
  return `the operator interface at ${url} answered ${said}`;
}
