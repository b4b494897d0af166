import { setTimeout as sleep } from "node:timers/promises";
import { type Cut, type CutoffsEnvelope, type Generation, paths } from "@meshpass/protocol";
import type { Test } from "tap";

/** A cut as it came on the feed; `seenAt` in ms since 1970. */
export interface SeenCut extends Generation {
  readonly ends: string;
  readonly seenAt: number;
}

/** Every cut that came on the feed of the server at `origin` so far, snapshots too; goes on until the test's end. */
export function watchFeed(t: Test, origin: string): readonly SeenCut[] {
  const seen: SeenCut[] = [];
  const ending = new AbortController();
  const note = ({ epoch, cuts }: CutoffsEnvelope): void => {
    const isNew = ({ number }: Cut) => !seen.some((one) => one.epoch === epoch && one.number === number);
    for (const { number, ends } of cuts.filter(isNew)) seen.push({ epoch, number, ends, seenAt: Date.now() });
  };
  const follow = async (): Promise<void> => {
    const headers = { accept: "text/event-stream" };
    const { body } = await fetch(`${origin}${paths.cutoffs}`, { headers, signal: ending.signal });
    let text = "";
    for await (const piece of body ?? []) {
      text += Buffer.from(piece).toString("latin1");
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events.filter((one) => one.includes("event: envelope\n"))) note(readEnvelope(event));
    }
  };
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await follow().catch(() => undefined);
      await sleep(50);
    }
  };
  const running = run();
  t.teardown(() => {
    ending.abort();
    return running;
  });
  return seen;
}

/** Believed as it is: what receivers believe is their own affair. */
const readEnvelope = (event: string): CutoffsEnvelope =>
  JSON.parse(Buffer.from(/data: [^.]+\.([^.]+)\./.exec(event)?.[1] ?? "", "base64url").toString());
