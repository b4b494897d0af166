import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createHttpServer, createLog, runProcess } from "@meshpass/http-server";
import t, { type Test } from "tap";

/** A world whose signals a test sends and whose exit it can wait for. */
function createWorld() {
  const signals = new EventEmitter();
  const stdin = Object.assign(new EventEmitter(), { resume: () => undefined });
  const exits: number[] = [];
  const stderr: string[] = [];
  const world = {
    on: (event: string, listener: (...args: never[]) => void) => signals.on(event, listener as () => void),
    exit: (code: number) => void exits.push(code),
    stdin,
    stderr: { write: (text: string) => stderr.push(text) },
  };
  const exited = async (): Promise<number | undefined> => {
    for (let round = 0; exits.length === 0 && round < 100; round++) await sleep(5);
    return exits[0];
  };
  return { world, signals, stdin, exits, stderr, exited };
}

const log = createLog({ name: "test", level: "silent", human: false, write: () => undefined });
const createApp = () => createHttpServer({ log, ready: () => ({ ok: true, codes: [] }) });

async function run(t: Test, onClose: () => Promise<void> | void = () => undefined) {
  const parts = createWorld();
  const app = createApp();
  t.teardown(() => app.close());
  const listeners = [{ app, host: "127.0.0.1", port: 0 }];
  await runProcess(parts.world, { log, listeners, followsParent: true, onClose });
  return { ...parts, app };
}

t.test("the first signal closes in order and exits 0", async (t) => {
  let closed = false;
  const { signals, exited } = await run(t, () => {
    closed = true;
  });
  signals.emit("SIGTERM");
  t.equal(await exited(), 0);
  t.ok(closed, "what the process holds was let go");
});

t.test("a second signal exits at once", async (t) => {
  const { signals, exited } = await run(t, () => new Promise(() => undefined));
  signals.emit("SIGINT");
  signals.emit("SIGINT");
  t.equal(await exited(), 1);
});

t.test("the end of the parent ends the process, and both its signs count once", async (t) => {
  const { stdin, exits, exited } = await run(t);
  stdin.emit("end");
  stdin.emit("close");
  t.equal(await exited(), 0);
  t.equal(exits.length, 1);
});

t.test("what fails to close is an exit code of 1", async (t) => {
  const { signals, exited } = await run(t, () => Promise.reject(new Error("store")));
  signals.emit("SIGTERM");
  t.equal(await exited(), 1);
});

t.test("an unforeseen error ends the process", async (t) => {
  const { signals, exited } = await run(t);
  signals.emit("unhandledRejection", new Error("bug"));
  t.equal(await exited(), 1);
});

t.test("a port in use is one line that names the port, and exit code 1", async (t) => {
  const { app } = await run(t);
  const { port } = app.server.address() as { port: number };
  const second = createWorld();
  const listeners = [{ app: createApp(), host: "127.0.0.1", port }];
  await runProcess(second.world, { log, listeners, followsParent: false, onClose: () => undefined });
  t.same(second.exits, [1]);
  t.match(second.stderr, [new RegExp(`^meshpass: port ${port} is in use; .*\\n$`)]);
});

t.test("plain HTTP off loopback is warned about, TLS and loopback are not", async (t) => {
  const lines: string[] = [];
  const warned = createLog({ name: "test", level: "warn", human: false, write: (line) => void lines.push(line) });
  // Enough to listen with; nobody connects.
  const tls = { key: "", cert: "" };
  const secure = createHttpServer({ log, ready: () => ({ ok: true, codes: [] }), tls });
  const listeners = [
    { app: createApp(), host: "127.0.0.1", port: 0 },
    { app: secure, host: "0.0.0.0", port: 0 },
    { app: createApp(), host: "0.0.0.0", port: 0 },
  ];
  t.teardown(() => Promise.all(listeners.map(({ app }) => app.close())));
  await runProcess(createWorld().world, { log: warned, listeners, followsParent: false, onClose: () => undefined });
  t.equal(lines.length, 1);
  t.match(JSON.parse(lines[0] ?? ""), { host: "0.0.0.0", msg: /plain HTTP/ });
});

t.test("an address that cannot be listened on is one line too", async (t) => {
  const { world, exits, stderr } = createWorld();
  const listeners = [{ app: createApp(), host: "192.0.2.1", port: 0 }];
  await runProcess(world, { log, listeners, followsParent: false, onClose: () => undefined });
  t.same(exits, [1]);
  t.match(stderr, [/^meshpass: cannot listen on 192\.0\.2\.1:0: .*\n$/]);
});
