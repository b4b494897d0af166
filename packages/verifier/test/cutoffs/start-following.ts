import type { Generation } from "@meshpass/protocol";
import type { Test } from "tap";
import { followFeed } from "../../src/cutoffs/follow-feed.ts";
import { type CutoffsOptions, type Refusal, VerifierError } from "../../src/index.ts";
import { settle } from "../fake-time.ts";
import { until } from "../until.ts";
import { startCutoffs } from "./start-cutoffs.ts";

/** The far end of one connection of the feed. */
interface FakeConnection {
  readonly resumesFrom: Generation | undefined;
  readonly signal: AbortSignal;
  write(text: string): void;
  end(): void;
  /** The iterator of the near end was let go. */
  isDropped(): boolean;
}

function createConnection(resumesFrom: Generation | undefined, signal: AbortSignal) {
  const pieces: Uint8Array[] = [];
  let ended = false;
  let dropped = false;
  let wake: () => void = () => undefined;
  signal.addEventListener("abort", () => wake());
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) yield piece;
        if (signal.aborted) throw signal.reason;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      dropped = true;
    }
  }
  const connection: FakeConnection = {
    resumesFrom,
    signal,
    write(text) {
      pieces.push(Buffer.from(text));
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    isDropped: () => dropped,
  };
  return { connection, read };
}

/** A receiver that follows a feed whose connections the test holds the other end of. */
export async function startFollowing(t: Test, more: Partial<CutoffsOptions> & { random?: () => number } = {}) {
  const receiver = await startCutoffs(t, more);
  const { time, cutoffs, feed } = receiver;
  const connections: FakeConnection[] = [];
  const failures: Refusal[] = [];
  const far = { isDown: false, envelopes: 0, prepared: 0 };

  const { renew, stop } = followFeed({
    ...time,
    cutoffs,
    random: () => 1,
    ...more,
    async open(place, signal) {
      if (far.isDown) throw new VerifierError("feed_unreachable");
      const { connection, read } = createConnection(place, signal);
      connections.push(connection);
      return read();
    },
    prepare: async () => void far.prepared++,
    onTaken: (taken) => void (taken === "envelope" && far.envelopes++),
    onFailure: ({ reason }) => void failures.push(reason),
  });
  t.teardown(stop);
  await settle();

  /** The connection that is open, or the one that was open last. */
  const current = () => connections.at(-1) as FakeConnection;
  const send = (type: string, data: string) => current().write(`event: ${type}\ndata: ${data}\n\n`);
  const handled = (count: number) => until(() => far.envelopes + failures.length >= count, "the event");

  return {
    ...receiver,
    connections,
    failures,
    far,
    renew,
    stop,
    current,
    send,
    /** Sends an envelope (or another event) and waits until it is taken or refused. */
    async deliver(data: string, type = "envelope") {
      const before = far.envelopes + failures.length;
      send(type, data);
      await handled(before + 1);
      await settle();
    },
    /** Certificate and snapshot on the connection that is open. */
    async greet() {
      const before = far.envelopes + failures.length;
      send("certificate", feed.certificate());
      send("envelope", feed.snapshot());
      await handled(before + 1);
    },
  };
}
