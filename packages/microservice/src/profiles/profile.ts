import type { FastifyInstance } from "fastify";

/** What a service does in place of greeting and querying. */
export interface Profile {
  /** Puts the routes on `app`, which has `requireCaller` already. */
  readonly mount: (app: FastifyInstance) => void;
  /** What is printed once the service is ready, given its address. */
  readonly greet: (url: string) => string;
}

export interface ProfileContext {
  /** The auth server's origin. */
  readonly authServer: string;
  /** Takes what the service says to whoever watches it, a line each. */
  readonly print: (line: string) => void;
}
