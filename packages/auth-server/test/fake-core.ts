import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Test } from "tap";
import { createFakeSigner, type FakeSigner } from "./fake-signer.ts";

/** How the core answers what it is asked to sign. */
export type Behaviour =
  | "works"
  /** Takes requests and answers none, until it is set to anything else: then all of them. */
  | "frozen"
  /** Answers everything with a head and then a byte every 400 ms, without an end. */
  | "dribbles"
  | {
      readonly status: number;
      readonly type: string;
      readonly body: string | Buffer;
      /** How the body is packed; not at all where it is left out. */
      readonly encoding?: string;
    };

type WrittenAnswer = Exclude<Behaviour, string>;

/** A SuperTokens core as far as the auth server calls it, in this process, which can be told to fail in many ways. */
export interface FakeCore {
  readonly uri: string;
  readonly apiKey: string;
  readonly signer: FakeSigner;
  /** Requests for a signature that came in. */
  readonly mints: number;
  /** How the last request allowed its answer to be packed. */
  readonly acceptEncoding: string | string[] | undefined;
  /** Of access tokens, in seconds: what the safe life of a rotating key follows from. */
  accessTokenValidity: unknown;
  /** Whether its keys can be changed, as those of the embedded core; else it has no such address. */
  hasKeysInterface: boolean;
  /** The changes of its keys that were asked for. */
  readonly keyChanges: { readonly action: string; readonly kid?: string }[];
  behave(behaviour: Behaviour): void;
  /** Stops listening and cuts every connection; `start` comes back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/**
 * The port of the first core of this process, and whether there is one on it. supertokens-node knows one core in a process,
 * so the core of the next test file is where that of the last one was; one that runs beside it has a port of its own.
 */
const first = { port: 0, isTaken: false };

export async function startFakeCore(t: Test): Promise<FakeCore> {
  const apiKey = "a-key-of-a-core-in-a-test";
  const signer = createFakeSigner();
  const waiting: (() => void)[] = [];
  let behaviour: Behaviour = "works";
  let mints = 0;
  let acceptEncoding: string | string[] | undefined;
  const isFirst = !first.isTaken;
  let port = isFirst ? first.port : 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    acceptEncoding = request.headers["accept-encoding"];
    const body = await readBody(request);
    const path = request.url?.split("?")[0];
    if (path !== "/.well-known/jwks.json" && request.headers["api-key"] !== apiKey) {
      return send(response, { status: 401, type: "text/html;charset=UTF-8", body: "Invalid API key\n" });
    }
    if (path === "/recipe/jwt") mints += 1;
    if (behaviour === "frozen") await new Promise<void>((resolve) => waiting.push(resolve));
    if (behaviour === "dribbles") return dribble(response);
    if (typeof behaviour !== "string") return send(response, behaviour);
    if (path === "/apiversion") return sendJson(response, { versions: ["5.3", "5.4"] });
    if (path === "/.well-known/jwks.json") return sendJson(response, await signer.jwks());
    if (path === "/recipe/dashboard/tenant/core-config") {
      const setting = { key: "access_token_validity", valueType: "number", value: core.accessTokenValidity };
      return sendJson(response, { status: "OK", config: [{ key: "other", value: 1 }, setting] });
    }
    if (path === "/meshpass/keys") return send(response, answerKeys(request, body));
    const { payload, useStaticSigningKey } = JSON.parse(body);
    sendJson(response, { status: "OK", jwt: await signer.sign(payload, useStaticSigningKey ? "static" : "rotating") });
  };
  const answerKeys = (request: IncomingMessage, body: string): WrittenAnswer => {
    if (!core.hasKeysInterface) return { status: 404, type: "text/html", body: "Not found\n" };
    if (request.method === "GET") return jsonAnswer({ status: "OK", keys: signer.listKeys() });
    const change = JSON.parse(body);
    core.keyChanges.push(change);
    const kid = signer.changeKeys(change);
    return kid === undefined ? jsonAnswer({ status: "UNKNOWN_KEY_ERROR" }, 404) : jsonAnswer({ status: "OK", kid });
  };
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const start = async (): Promise<void> => {
    await once(server.listen(port, "127.0.0.1"), "listening");
    ({ port } = server.address() as AddressInfo);
  };
  const behave = (next: Behaviour): void => {
    behaviour = next;
    if (next !== "frozen") for (const resume of waiting.splice(0)) resume();
  };
  const stop = async (): Promise<void> => {
    behave("works");
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  /** Whoever comes to the next core on this port must have noticed, or he would send his request on a dead connection. */
  const hangUp = async (): Promise<void> => {
    const closed = [...sockets].map((socket) => once(socket, "close"));
    for (const socket of sockets) socket.end();
    await Promise.race([Promise.allSettled(closed), sleep(1_000, undefined, { ref: false })]);
  };
  if (isFirst) first.isTaken = true;
  await start();
  if (isFirst) first.port = port;
  t.teardown(async () => {
    await hangUp();
    await stop();
    if (isFirst) first.isTaken = false;
  });
  const core: FakeCore = {
    uri: `http://127.0.0.1:${port}`,
    apiKey,
    signer,
    get mints() {
      return mints;
    },
    get acceptEncoding() {
      return acceptEncoding;
    },
    accessTokenValidity: 3_600,
    hasKeysInterface: false,
    keyChanges: [],
    behave,
    stop,
    start,
  };
  return core;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const sendJson = (response: ServerResponse, value: unknown): void => send(response, jsonAnswer(value));

const jsonAnswer = (value: unknown, status = 200): WrittenAnswer => ({
  status,
  type: "application/json;charset=UTF-8",
  body: JSON.stringify(value),
});

function dribble(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" }).write("{");
  const dribbling = setInterval(() => response.write(" "), 400);
  response.once("close", () => clearInterval(dribbling));
}

function send(response: ServerResponse, { status, type, body, encoding }: WrittenAnswer): void {
  const packing = encoding === undefined ? {} : { "content-encoding": encoding };
  response.writeHead(status, { "content-type": type, ...packing }).end(body);
}
