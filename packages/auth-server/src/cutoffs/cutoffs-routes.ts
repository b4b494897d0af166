import { HttpError } from "@meshpass/http-server";
import { type Confirmation, envelopePacesMs, type Generation, parseGeneration, paths } from "@meshpass/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Feed, Subscription } from "./feed.ts";
import { readConfirmation } from "./read-confirmation.ts";

/** Who confirms. */
export interface Confirmer {
  readonly service: string;
  /** @throws HttpError if it may say nothing of `instance` */
  readonly checkInstance: (instance: string) => void;
}

export interface CutoffsRoutesOptions {
  readonly feed: Feed;
  /** Whose credential the request carries, before anything of its body is read. Rejects with HttpError. */
  readonly authenticate: (rawHeaders: readonly string[]) => Promise<Confirmer>;
  readonly onConfirmation: (service: string, confirmation: Confirmation) => void;
  /** So many streams at once; one more is 503. Default 20,000. */
  readonly maxSubscribers?: number;
}

/** A receiver that takes its events this slowly has missed the second anyway, and holds our memory: bytes unsent. */
const maxUnsentBytes = 4 * 1024 * 1024;

/** A proof that this server lost cuts holds a snapshot; nothing else in a confirmation is large. */
const maxConfirmationBytes = 2 * 1024 * 1024;

const streamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // A proxy that collects an answer before it passes it on would hold back every cut.
  "x-accel-buffering": "no",
};

/**
 * `GET /cutoffs`, for anybody: a snapshot, or a stream of server-sent events (WHATWG HTML 9.2) to who accepts one. One
 * write a second and receiver, where polling would be a request; and the way to resume is in the standard.
 * `POST /cutoffs/confirmations`, for a service with its credential: how far it has read.
 */
export function mountCutoffs(app: FastifyInstance, options: CutoffsRoutesOptions): void {
  const { feed, authenticate, onConfirmation, maxSubscribers = 20_000 } = options;
  app.get(paths.cutoffs, { exposeHeadRoute: false }, async (request, reply) => {
    const answer = feed.answer();
    if (answer === undefined) throw new HttpError("cutoffs_unavailable");
    if (!wantsStream(request)) return answer;
    if (feed.subscribers() >= maxSubscribers) throw new HttpError("cutoffs_unavailable");
    // Behind another answer on its connection it would never be sent, and be kept in memory instead.
    if (reply.raw.socket === null) throw new HttpError("invalid_request");
    stream(feed, request, reply);
    return reply;
  });
  const confirmers = new WeakMap<FastifyRequest, Confirmer>();
  // To read a body as large as this one may be takes long enough to hold up everybody else's heartbeat.
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    confirmers.set(request, await authenticate(request.raw.rawHeaders));
  };
  app.post(paths.confirmations, { bodyLimit: maxConfirmationBytes, onRequest }, async (request, reply) => {
    const { service, checkInstance } = confirmers.get(request) as Confirmer;
    const confirmation = readConfirmation(request.body);
    checkInstance(confirmation.instance);
    onConfirmation(service, confirmation);
    return reply.code(204).send();
  });
  app.addHook("preClose", async () => feed.close());
}

const wantsStream = ({ headers }: FastifyRequest): boolean =>
  headers.accept?.split(",").some((type) => type.trim().split(";")[0] === "text/event-stream") === true;

function stream(feed: Feed, request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, streamHeaders);
  const send = (event: string): void => {
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(event);
    if (raw.writableLength > maxUnsentBytes) raw.destroy();
  };
  const subscription: Subscription = { ...readPlace(request), send, end: () => void raw.end() };
  raw.once("close", feed.subscribe(subscription));
}

function readPlace({ headers, query }: FastifyRequest): {
  readonly from: Generation | undefined;
  readonly everyTicks: number;
} {
  const { every } = query as { every?: unknown };
  const isClose = every === String(envelopePacesMs.close);
  const from = parseGeneration(headers["last-event-id"]);
  return { from, everyTicks: isClose ? 1 : envelopePacesMs.usual / envelopePacesMs.close };
}
