import { Agent, get } from "node:http";
import type { Test } from "tap";
import type { GuardedCall, HeldToken } from "./judge-calls.ts";
import type { TokenBook } from "./token-book.ts";

/** One process that verifies tokens for `service`. */
export interface Receiver {
  readonly name: string;
  readonly service: string;
  readonly url: string;
}

/** Calls of the guarded route of some receivers, all the time. */
export interface GuardedLoad {
  /** Every call so far that is over. */
  readonly calls: readonly GuardedCall[];
  /** Ends the load, and resolves once the last call is over. */
  stop(): Promise<void>;
}

/** Every edge gets a new token this often, in ms, besides those that were refused. */
const renewalMs = 800;
const tickMs = 10;
/** One that does not answer must not use up everybody's sockets. */
const mostInFlight = 32;
const timeoutMs = 8_000;

/** Calls each of `receivers` in turn, `perSecond` calls a second in all, with the tokens of `book`, new and old. */
export function startGuardedLoad(
  t: Test,
  receivers: readonly Receiver[],
  book: TokenBook,
  perSecond: number,
): GuardedLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: mostInFlight, scheduling: "lifo" });
  const calls: GuardedCall[] = [];
  const inFlight = new Map<Receiver, number>();
  const begun = performance.now();
  let sent = 0;

  const call = async (receiver: Receiver, token: HeldToken): Promise<void> => {
    inFlight.set(receiver, (inFlight.get(receiver) ?? 0) + 1);
    const sentAt = Date.now();
    const status = await sayHello(receiver.url, token.text, agent);
    calls.push({ receiver: receiver.name, token, sentAt, answeredAt: Date.now(), status });
    inFlight.set(receiver, (inFlight.get(receiver) ?? 1) - 1);
    const { caller, target } = token;
    if (status === 401 && book.newest(caller, target) === token) await book.renew(caller, target);
  };
  const hasRoom = (receiver: Receiver): boolean => (inFlight.get(receiver) ?? 0) < mostInFlight;
  /** The next one in turn that has room, so that one which does not answer leaves its share to the others. */
  const send = (turn: number): void => {
    const inTurn = receivers.map((_, index) => receivers[(turn + index) % receivers.length] as Receiver);
    const receiver = inTurn.find(hasRoom);
    const token = receiver && book.pick(receiver.service);
    if (receiver !== undefined && token !== undefined) void call(receiver, token);
  };
  const ticking = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    // What a stall of this process has kept back is made up for, but for no more than the last second of it.
    for (sent = Math.max(sent, due - perSecond); sent < due; sent++) send(sent);
  }, tickMs);
  const renewing = setInterval(() => void book.renewAll(), renewalMs);
  const stop = async (): Promise<void> => {
    clearInterval(ticking);
    clearInterval(renewing);
    const end = performance.now() + timeoutMs;
    while ([...inFlight.values()].some((count) => count > 0) && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    agent.destroy();
  };
  t.teardown(stop);
  return { calls, stop };
}

/** The status of the answer, 0 if there is none. */
const sayHello = (url: string, token: string, agent: Agent): Promise<number> =>
  new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(`${url}/hello`, { agent, headers, timeout: timeoutMs }, (answer) => {
      answer.resume().on("error", () => undefined);
      resolve(answer.statusCode ?? 0);
    });
    request.on("timeout", () => request.destroy()).on("error", () => resolve(0));
  });
