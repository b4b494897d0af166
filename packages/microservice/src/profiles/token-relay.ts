import { HttpError } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

export interface TokenRelayOptions {
  /** The token endpoint. */
  readonly url: string;
  /** For the whole answer, in ms; 5,000 by default. */
  readonly timeoutMs?: number;
  /** How many requests are on their way at once; 64 by default, and whoever is one too many is told to come back. */
  readonly maxAtOnce?: number;
}

/** Hands a request for a token on to `url`, and its answer back. */
export type TokenRelay = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const maxAnswerBytes = 65_536;

/** What the token endpoint looks at. */
const requestHeaders = ["authorization", "content-type", "dpop", "cache-control"] as const;
const limitHeaders = ["auth0-client-quota-limit", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
/** What it answers with. */
const answerHeaders = [
  "content-type",
  "www-authenticate",
  "cache-control",
  "pragma",
  "retry-after",
  "dpop-nonce",
  ...limitHeaders,
];

/**
 * A relay of one path, for a service that wants to be asked for tokens itself: only who holds the core's key can make one.
 * What comes through are the headers of the token endpoint and a body; no redirect is followed.
 *
 * A proof of possession (RFC 9449) has to name the token endpoint itself, since that is where it is checked.
 */
export function createTokenRelay({ url, timeoutMs = 5_000, maxAtOnce = 64 }: TokenRelayOptions): TokenRelay {
  let underway = 0;
  const relay = async (request: FastifyRequest, reply: FastifyReply) => {
    // Nothing that belongs into the body may stand in the URL (RFC 6749 section 2.3.1).
    if (request.url.includes("?")) throw new HttpError("invalid_request");
    const { status, headers, text } = await ask(url, request, timeoutMs);
    for (const name of answerHeaders) {
      const value = headers.get(name);
      if (value !== null) reply.header(name, value);
    }
    return reply.code(status).send(text);
  };
  return async (request, reply) => {
    if (underway >= maxAtOnce) throw new HttpError("not_ready");
    underway += 1;
    return relay(request, reply).finally(() => {
      underway -= 1;
    });
  };
}

/** Puts `relay` on `app`, which takes bodies of any kind from then on: it is the token endpoint that reads them. */
export function mountTokenRelay(app: FastifyInstance, relay: TokenRelay): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.post(paths.token, relay);
}

async function ask(url: string, { headers, body }: FastifyRequest, timeoutMs: number) {
  const passed = requestHeaders.flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: passed,
      body: (body as Buffer<ArrayBuffer> | undefined) ?? null,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, headers: answer.headers, text: await readText(answer) };
  } catch (error) {
    throw new HttpError("auth_server_unreachable", { cause: error });
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxAnswerBytes) throw new Error("the token endpoint's answer is over 64 kB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
