import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createLog } from "@meshpass/http-server";
import { createKeys } from "@meshpass/verifier";
import type { Test } from "tap";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const kid = "d-test";
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export const jwks = { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] };

/** An access token of m1 for m2 that is good now, with `changes` to its claims. */
export function signToken(changes: Record<string, unknown> = {}): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: "auth-server",
    sub: "m1",
    aud: "m2",
    iat,
    exp: iat + 300,
    jti: "j",
    token_use: "access",
    map: 1,
  };
  const text = `${encode({ alg: "RS256", kid, typ: "JWT" })}.${encode({ ...claims, ...changes })}`;
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
}

export async function loadedKeys(t: Test) {
  const keys = createKeys({ load: async () => jwks });
  t.teardown(() => keys.close());
  await keys.refresh();
  return keys;
}

/** A log that keeps its lines. */
export function createTestLog() {
  const lines: string[] = [];
  const log = createLog({ name: "test", level: "info", human: false, write: (line) => void lines.push(line) });
  return { log, lines };
}

export async function startServer(t: Test, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  t.teardown(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, stop };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** An auth server that publishes the test key and gives every caller a token, unless `answer` says otherwise. */
export function startAuthServer(
  t: Test,
  answer: (request: IncomingMessage) => [number, unknown] | undefined = () => undefined,
) {
  return startServer(t, (request, response) => {
    const other = answer(request);
    if (other !== undefined) return sendJson(response, ...other);
    if (request.url === "/auth/jwt/jwks.json") return sendJson(response, 200, jwks);
    sendJson(response, 200, { accessToken: signToken(), tokenType: "Bearer", expiresIn: 300 });
  });
}
