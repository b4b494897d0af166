import { createHash } from "node:crypto";
import { HttpError } from "@meshpass/http-server";
import type { Keys } from "@meshpass/verifier";
import type { FastifyReply, FastifyRequest } from "fastify";

/** A receiver must learn of a new key well before the core signs with it, which is a minute. */
const headers = {
  "cache-control": "public, max-age=15",
  "content-type": "application/jwk-set+json; charset=utf-8",
};

/**
 * Answers with the last good key set, whatever the core does meanwhile (RFC 7517 section 5), and with 304 to who has it
 * already (RFC 9110 section 13.1.2).
 *
 * @throws HttpError `keys_unavailable` while there is none.
 */
export const jwksRoute =
  (keys: Pick<Keys, "jwks">) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const jwks = keys.jwks();
    if (jwks === undefined) throw new HttpError("keys_unavailable");
    const text = JSON.stringify(jwks);
    const etag = `"${createHash("sha256").update(text).digest("base64url")}"`;
    reply.headers({ ...headers, etag });
    return isKnown(request.headers["if-none-match"], etag) ? reply.code(304).send() : reply.send(text);
  };

/** `condition` is a list of tags or a star; a tag that a cache has weakened still names the same set. */
const isKnown = (condition: string | undefined, etag: string): boolean =>
  condition?.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, ""))) === true;
