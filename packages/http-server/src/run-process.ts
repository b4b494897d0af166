import { Server as TlsServer } from "node:tls";
import { isLoopback } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import type { Log } from "./log.ts";

/** What `runProcess` needs of `process`: handed in, so that a test can play the world. */
export interface World {
  on(event: string, listener: (...args: never[]) => void): unknown;
  exit(code: number): void;
  readonly stdin: { on(event: "end" | "close", listener: () => void): unknown; resume(): unknown };
  readonly stderr: { write(text: string): unknown };
}

export interface Listener {
  readonly app: FastifyInstance;
  readonly host: string;
  readonly port: number;
}

/** An orderly end must be over by then, in ms; what still hangs is cut off. */
const closeWithinMs = 3_000;

/**
 * Brings `listeners` up and keeps the process honest until it ends: SIGINT and SIGTERM close it in order and exit 0,
 * a second one exits at once; an unforeseen error is logged and exits 1, since nothing after it can be trusted; with
 * `followsParent` the end of stdin, a pipe from the supervisor, means that the supervisor is gone.
 *
 * A port in use is one line on stderr and exit 1; plain HTTP off loopback is a warning. `onClose` runs after the listeners have closed.
 */
export async function runProcess(
  world: World,
  options: {
    readonly log: Log;
    readonly listeners: readonly Listener[];
    readonly followsParent: boolean;
    readonly onClose: () => Promise<void> | void;
  },
): Promise<void> {
  const { log, listeners, followsParent, onClose } = options;
  const { close, closeOrExit } = createCloser(world, listeners, onClose);
  const fail = (error: unknown): void => {
    log.fatal({ cause: error instanceof Error ? error.stack : String(error) }, "Unforeseen error; the process ends");
    world.exit(1);
  };
  for (const event of ["uncaughtException", "unhandledRejection"]) world.on(event, fail);
  for (const signal of ["SIGINT", "SIGTERM"]) world.on(signal, closeOrExit);
  if (followsParent) {
    world.stdin.on("end", close);
    world.stdin.on("close", close);
    world.stdin.resume();
  }
  for (const listener of listeners) {
    await listenOrExit(world, listener);
    warnIfOpen(log, listener);
  }
}

function warnIfOpen(log: Log, { app, host, port }: Listener): void {
  if (isLoopback(host) || app.server instanceof TlsServer) return;
  log.warn(
    { host, port },
    "Listening off loopback in plain HTTP: tokens cross the network readable to whoever is on the way",
  );
}

/** `close` closes in order, once; `closeOrExit` does so too, and exits at once when asked a second time. */
function createCloser(world: World, listeners: readonly Listener[], onClose: () => Promise<void> | void) {
  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => world.exit(1), closeWithinMs).unref();
    const closed = Promise.allSettled(listeners.map(({ app }) => app.close()));
    void closed.then(onClose).then(
      () => world.exit(0),
      () => world.exit(1),
    );
  };
  return { close, closeOrExit: () => (isClosing ? world.exit(1) : close()) };
}

async function listenOrExit(world: World, { app, host, port }: Listener): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? inUse(port) : `cannot listen on ${host}:${port}: ${message}`;
    world.stderr.write(`meshpass: ${reason}\n`);
    world.exit(1);
  }
}

const inUse = (port: number): string =>
  `port ${port} is in use; stop what holds it, or move the whole mesh with MESHPASS_PORT_OFFSET`;
