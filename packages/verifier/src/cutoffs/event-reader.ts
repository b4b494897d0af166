import { VerifierError } from "../verifier-error.ts";
import type { FeedEvent } from "./feed-reader.ts";
import { maxEventBytes } from "./read-envelope.ts";

/**
 * Reads server-sent events (HTML, section 9.2.6) from the pieces that a connection brings: gives the events that each
 * piece completes. Comments, ids and retry times are passed over: where to resume is told by what was signed, not by
 * what stands beside it.
 *
 * Ours rather than eventsource-parser's: the release that bounds its buffer needs Node 22, the verifier runs on Node 20.
 *
 * @throws VerifierError `feed_too_large` if an event has more than 4 MiB
 */
export function createEventReader(): (piece: Uint8Array) => FeedEvent[] {
  const decoder = new TextDecoder();
  let line = "";
  let type = "";
  let data: string[] = [];
  let length = 0;
  let endedInCr = false;

  /** Pieces may end anywhere, between CR and LF too. */
  function splitLines(piece: Uint8Array): string[] {
    const text = decoder.decode(piece, { stream: true });
    const lines = (endedInCr && text.startsWith("\n") ? text.slice(1) : text).split(/\r\n|\n|\r/);
    if (text !== "") endedInCr = text.endsWith("\r");
    lines[0] = line + lines[0];
    line = lines.pop() as string;
    return lines;
  }

  function readLine(text: string): FeedEvent | undefined {
    if (text === "") return dispatch();
    const [, name, value = ""] = /^([^:]*):? ?(.*)$/.exec(text) ?? [];
    if (name === "event") type = value;
    if (name === "data") data.push(value);
    length += text.length;
    return undefined;
  }

  function dispatch(): FeedEvent | undefined {
    const event = data.length > 0 ? { type, data: data.join("\n") } : undefined;
    type = "";
    data = [];
    length = 0;
    return event;
  }

  return (piece) => {
    const events: FeedEvent[] = [];
    for (const text of splitLines(piece)) {
      const event = readLine(text);
      if (event !== undefined) events.push(event);
      if (length > maxEventBytes) throw new VerifierError("feed_too_large");
    }
    if (length + line.length > maxEventBytes) throw new VerifierError("feed_too_large");
    return events;
  };
}
