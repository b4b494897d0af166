import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** So many requests of one connection may wait behind an answer. Who pipelines in earnest has a few under way. */
const mostWaiting = 100;

/**
 * Drops a connection that has sent more than 100 requests before it read an answer. Node hands over all that came in one
 * piece, some 2,000 of the shortest, before anything else has its turn. To be mounted before every other hook.
 */
export function boundPipelining(app: FastifyInstance): void {
  const waiting = new WeakMap<Socket, number>();

  /** Whether `socket` is to be let go. */
  function isFlooding(socket: Socket): boolean {
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > mostWaiting) socket.destroy();
    return count > mostWaiting;
  }

  app.addHook("onRequest", (request, reply, done) => {
    // The answer that is its connection's next one has the socket, and the others wait.
    if (reply.raw.socket !== null) return done();
    const { socket } = request.raw;
    // Of the rest of the piece nothing is looked at.
    if (isFlooding(socket)) return void reply.hijack();
    reply.raw.once("close", () => void waiting.set(socket, (waiting.get(socket) ?? 0) - 1));
    done();
  });
}
