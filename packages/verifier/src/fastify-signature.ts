import type { FastifyJWTOptions } from "@fastify/jwt";
import type { FastifyRequest } from "fastify";
import type { CheckSignature } from "./accept-token.ts";
import { VerifierError } from "./verifier-error.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of @fastify/jwt under our namespace. Checks a signature and nothing else: routes use `requireCaller`. */
    meshpassJwtVerify(): Promise<unknown>;
  }
}

/** The token and key text that a request is being checked with: @fastify/jwt asks for them one by one. */
const underCheck = new WeakMap<FastifyRequest, { readonly text: string; readonly pem: string }>();

/**
 * @fastify/jwt set to check signatures and nothing else: no cache of its own (ours stands in front), no reading of
 * headers (`readBearer` did), and no claims (the one claims rule follows, on our clock). Under a namespace of its own,
 * so that an application can have another.
 */
export const fastifyJwtOptions: FastifyJWTOptions = {
  namespace: "meshpass",
  decoratorName: "meshpassPayload",
  secret: (request: FastifyRequest, _token: unknown, done: (error: null, pem: string | undefined) => void) =>
    done(null, underCheck.get(request)?.pem),
  verify: {
    algorithms: ["RS256"],
    cache: false,
    ignoreExpiration: true,
    ignoreNotBefore: true,
    extractToken: (request: FastifyRequest) => underCheck.get(request)?.text,
  },
};

/** Checks the signature with @fastify/jwt. What is thrown for another reason than the token goes on as it is. */
export const checkSignatureWithFastify: CheckSignature<FastifyRequest> = async ({ text }, { pem }, request) => {
  underCheck.set(request, { text, pem });
  try {
    await request.meshpassJwtVerify();
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw /^FA?ST_JWT_/.test(String(code)) ? new VerifierError("bad_signature") : error;
  } finally {
    underCheck.delete(request);
  }
};
