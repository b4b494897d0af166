import type { ChildEvents, StartChild } from "../src/child/start-child.ts";

/** One process that was started: what it was sent, and what it can be made to say. */
export interface FakeChild extends ChildEvents {
  readonly sent: string[];
  isKilled: boolean;
  say(message: unknown): void;
  /** Answers the request `id` with no claims. */
  allow(id: number): void;
}

/** Processes that do only what a test has them do; a killed one ends at once. */
export function createFakeChildren(): { readonly children: FakeChild[]; readonly start: StartChild } {
  const children: FakeChild[] = [];
  const start: StartChild = (events) => {
    const say = (message: unknown) => events.onLine(JSON.stringify(message));
    const child: FakeChild = {
      ...events,
      sent: [],
      isKilled: false,
      say,
      allow: (id) => say({ kind: "answer", id, verdict: { claims: {}, ignored: [] } }),
    };
    children.push(child);
    return {
      send: (line) => void child.sent.push(line),
      kill: () => {
        if (child.isKilled) return;
        child.isKilled = true;
        setImmediate(() => events.onEnd("ended by SIGKILL"));
      },
    };
  };
  return { children, start };
}
