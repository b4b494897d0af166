import Fastify from "fastify";
import { meshpassVerifier } from "../src/fastify.ts";
import { createVerifier, type Keys, type Refusal, VerifierError, type VerifierOptions } from "../src/index.ts";
import { now } from "./fake-issuer.ts";

/** What a door made of a token: whom it let in, or what it answered and why. */
export interface Answer {
  readonly name?: string;
  readonly status: number;
  readonly error?: string;
  readonly reason?: Refusal;
}

export interface Door {
  show(token: string): Promise<Answer>;
  close(): Promise<void>;
}

/** The options of a receiver m2 in tests, at a clock that stands still. */
export const optionsFor = (keys: Keys, more: Partial<VerifierOptions> = {}): VerifierOptions => ({
  issuers: ["auth-server"],
  audience: "m2",
  kind: "access",
  keys,
  clock: () => now * 1_000,
  ...more,
});

const statuses = {
  missing_token: 401,
  invalid_request: 400,
  invalid_token: 401,
  keys_unavailable: 503,
  cutoffs_unavailable: 503,
  too_many_proofs: 503,
  introspection_unavailable: 503,
};

/** The framework-neutral door. */
async function openNeutralDoor(options: VerifierOptions): Promise<Door> {
  const verifier = createVerifier(options);
  const show = async (token: string): Promise<Answer> => {
    try {
      return { status: 200, name: (await verifier.verify(token)).name };
    } catch (error) {
      if (!(error instanceof VerifierError)) throw error;
      return { status: statuses[error.code], error: error.code, reason: error.reason };
    }
  };
  return { show, close: async () => undefined };
}

/** The Fastify door. What was refused why is in its log alone. */
async function openFastifyDoor({ onBehalfOf, ...options }: VerifierOptions): Promise<Door> {
  const log: string[] = [];
  const app = Fastify({ logger: { level: "info", stream: { write: (line: string) => void log.push(line) } } });
  await app.register(meshpassVerifier, options);
  app.get(
    "/hello",
    { onRequest: app.requireCaller(onBehalfOf === true ? { onBehalfOf } : {}) },
    async (request) => request.caller.name,
  );
  const show = async (token: string): Promise<Answer> => {
    log.length = 0;
    const { statusCode: status, body } = await app.inject({
      url: "/hello",
      headers: { authorization: `Bearer ${token}` },
    });
    if (status === 200) return { status, name: body };
    const refused = log.map((line) => JSON.parse(line)).find(({ msg }) => msg === "Request refused");
    if (log.some((line) => token.length > 20 && line.includes(token))) throw new Error("the token is in the log");
    return { status, error: JSON.parse(body).error, reason: refused?.reason };
  };
  return { show, close: async () => void (await app.close()) };
}

export const doors = { "framework-neutral": openNeutralDoor, Fastify: openFastifyDoor };
