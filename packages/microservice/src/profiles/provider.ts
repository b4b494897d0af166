import { HttpError, objectBody } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance, onSendHookHandler } from "fastify";
import type { Profile, ProfileContext } from "./profile.ts";
import { createTokenRelay, mountTokenRelay } from "./token-relay.ts";

/**
 * A resource that anybody may know of, a resource that a token with the right scope reads and writes, and the place where
 * that token is to be had. What is written is kept in memory: one value, gone with the process.
 */
export function createProvider({ authServer }: Pick<ProfileContext, "authServer">): Profile {
  const relay = createTokenRelay({ url: new URL(paths.token, authServer).href });
  return {
    greet: (url) => `[Provider]: listens to ${url}`,
    mount: (app) => {
      app.get("/public", async (_, reply) => reply.type("text/html; charset=utf-8").send("moo"));
      app.register(async (scope) => mountResource(scope));
      app.register(async (scope) => mountTokenRelay(scope, relay));
    },
  };
}

function mountResource(app: FastifyInstance): void {
  let resource: unknown = null;
  app.addHook("onSend", withoutErrorInformation);
  app.get("/read-resource", { onRequest: app.requireCaller({ scopes: ["read"] }) }, async () => ({ resource }));
  app.post("/write-resource", { onRequest: app.requireCaller({ scopes: ["write"] }) }, async ({ body }) => {
    const { value } = objectBody(body, ["value"]);
    if (value === undefined) throw new HttpError("invalid_request");
    resource = value;
    return { message: "resource created" };
  });
}

/** Who shows no token at all is told the scheme and nothing else (RFC 6750 section 3.1). */
const withoutErrorInformation: onSendHookHandler = (_request, reply, payload, done) => {
  const challenge = String(reply.getHeader("www-authenticate"));
  const isBare = reply.statusCode === 401 && !challenge.includes("error=");
  if (isBare) reply.removeHeader("content-type");
  done(null, isBare ? "" : payload);
};
