import { createHash } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs `work` when nobody else on this machine runs one of the same `name`, and waits for them until then; `onWait` is
 * called once if it has to. Whoever dies lets the next one in: the sign of work is a socket that is listened on.
 */
export async function oneAtATime<T>(name: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const path = join(tmpdir(), `${createHash("sha256").update(name).digest("hex").slice(0, 24)}.sock`);
  const waiting = new Set<Socket>();
  const server = createServer((socket) => void waiting.add(socket.on("error", () => undefined)));
  for (let tries = 1; !(await listens(server, path)); tries += 1) {
    if (tries === 1) onWait();
    await untilFree(path);
  }
  try {
    return await work();
  } finally {
    server.close();
    for (const socket of waiting) socket.destroy();
  }
}

async function listens(server: Server, path: string): Promise<boolean> {
  try {
    server.listen(path);
    await once(server, "listening");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
}

/** Waits as long as somebody listens; removes what somebody left who cannot listen any more. */
async function untilFree(path: string): Promise<void> {
  const socket = connect(path).resume();
  const refused = await new Promise<boolean>((resolve) => {
    socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code === "ECONNREFUSED"));
    socket.once("close", () => resolve(false));
  });
  if (refused) rmSync(path, { force: true });
}
