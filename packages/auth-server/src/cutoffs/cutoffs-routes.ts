import { HttpError } from "@meshpass/http-server";
import { type Confirmation, envelopePacesMs, isInstance, parseGeneration, paths } from "@meshpass/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { confirmationSchema } from "./confirmation-schema.ts";
import { cutoffsSchema } from "./cutoffs-schema.ts";
import type { Feed, Subscription } from "./feed.ts";
import { readConfirmation } from "./read-confirmation.ts";
import type { Listener, StreamPlaces } from "./stream-places.ts";

/** Who confirms. */
export interface Confirmer {
  readonly service: string;
  /** @throws HttpError if it may not say so of that instance */
  readonly check: (said: Pick<Confirmation, "instance" | "leaving">) => void;
}

export interface CutoffsRoutesOptions {
  readonly feed: Feed;
  readonly places: Pick<StreamPlaces, "take">;
  /** Whose credential a request for a stream carries, if one that is good. */
  readonly identify: (rawHeaders: readonly string[]) => Promise<string | undefined>;
  /** Whose credential the request carries, before anything of its body is read. Rejects with HttpError. */
  readonly authenticate: (rawHeaders: readonly string[]) => Promise<Confirmer>;
  /** @throws HttpError if what is said cannot be */
  readonly onConfirmation: (service: string, confirmation: Confirmation) => void;
}

/** A receiver that takes its events this slowly has missed the second anyway, and holds our memory: bytes unsent. */
const maxUnsentBytes = 4 * 1024 * 1024;

/** Who has not read the end of his stream by then is not waited for, in ms. */
const lingerMs = 1_000;

/** One text for all limits: who can reach several of them must not have a line of the log each time. */
const noPlace = new Error(
  "no place is left for this stream; meshpass_cutoffs_streams_refused_total says of which limit",
);

const streamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // A proxy that collects an answer before it passes it on would hold back every cut.
  "x-accel-buffering": "no",
};

/**
 * `GET /cutoffs`, for anybody: a snapshot, or a stream of server-sent events (WHATWG HTML 9.2) to who accepts one, while
 * there are places. One write a second and receiver, where polling would be a request; and the way to resume is in the
 * standard. Who shows the credential of a service has its places, a name if he gives one, and the close pace if he asks.
 * `POST /cutoffs/confirmations`, for a service with its credential: how far it has read.
 */
export function mountCutoffs(app: FastifyInstance, options: CutoffsRoutesOptions): void {
  const { feed, places, identify, authenticate, onConfirmation } = options;
  app.get(paths.cutoffs, { schema: cutoffsSchema, exposeHeadRoute: false }, async (request, reply) => {
    const answer = feed.answer();
    if (answer === undefined) throw new HttpError("cutoffs_unavailable");
    if (!wantsStream(request)) return answer;
    const listener = readListener(request, await identify(request.raw.rawHeaders));
    // Behind another answer on its connection it would never be sent, and be kept in memory instead.
    if (reply.raw.socket === null || reply.raw.destroyed) throw new HttpError("invalid_request");
    const leave = places.take(listener);
    if (leave === undefined) throw new HttpError("cutoffs_unavailable", { cause: noPlace });
    reply.raw.once("close", leave);
    stream(feed, { ...readWishes(request, listener), reply });
    return reply;
  });
  const confirmers = new WeakMap<FastifyRequest, Confirmer>();
  // Nothing that a stranger sends is worth reading.
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    confirmers.set(request, await authenticate(request.raw.rawHeaders));
  };
  app.post(paths.confirmations, { schema: confirmationSchema, onRequest }, async (request, reply) => {
    const { service, check } = confirmers.get(request) as Confirmer;
    const confirmation = readConfirmation(request.body);
    check(confirmation);
    onConfirmation(service, confirmation);
    return reply.code(204).send();
  });
  app.addHook("preClose", async () => feed.close());
}

const wantsStream = ({ headers }: FastifyRequest): boolean =>
  headers.accept?.split(",").some((type) => type.trim().split(";")[0] === "text/event-stream") === true;

type Wishes = Pick<Subscription, "service" | "from" | "everyTicks">;

function stream(feed: Feed, { reply, ...wishes }: Wishes & { readonly reply: FastifyReply }): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, streamHeaders);
  const send = (event: string): void => {
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(event);
    if (raw.writableLength > maxUnsentBytes) raw.destroy();
  };
  const end = (): void => {
    raw.end();
    const timer = setTimeout(() => raw.destroy(), lingerMs).unref();
    raw.once("close", () => clearTimeout(timer));
  };
  raw.once("close", feed.subscribe({ ...wishes, send, end }));
}

function readListener({ query, ip }: FastifyRequest, service: string | undefined): Listener {
  const { instance } = query as { instance?: unknown };
  return { service, instance: isInstance(instance) ? instance : undefined, address: ip };
}

/** The close pace costs as much as four usual ones, so it is for services alone. */
function readWishes({ headers, query }: FastifyRequest, { service }: Listener): Wishes {
  const { every } = query as { every?: unknown };
  const isClose = service !== undefined && every === String(envelopePacesMs.close);
  const from = parseGeneration(headers["last-event-id"]);
  return { service, from, everyTicks: isClose ? 1 : envelopePacesMs.usual / envelopePacesMs.close };
}
