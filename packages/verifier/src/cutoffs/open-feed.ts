import { envelopePacesMs, formatGeneration, type Generation } from "@meshpass/protocol";
import { type Dispatcher, request } from "undici";
import { VerifierError } from "../verifier-error.ts";
import type { CredentialHeader } from "./create-credential-header.ts";

/** Opens a connection of the feed, which goes on from `place`; gives the pieces that it brings, as they come. */
export type OpenFeed = (place: Generation | undefined, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;

interface FeedAddress {
  readonly url: string;
  readonly pace: keyof typeof envelopePacesMs;
  /** What the receiver calls itself. */
  readonly instance: string;
  /** Who shows a credential has a place that strangers cannot take, and its name is noted with it. */
  readonly credentialHeader: CredentialHeader;
  readonly dispatcher: Dispatcher;
}

/** The feed behind `url`. Follows no redirect. What it throws is a VerifierError, or the signal's reason. */
export function createOpenFeed({ url, pace, instance, credentialHeader, dispatcher }: FeedAddress): OpenFeed {
  const address = new URL(url);
  address.searchParams.set("instance", instance);
  if (pace !== "usual") address.searchParams.set("every", String(envelopePacesMs[pace]));

  return async (place, signal) => {
    const resume = place === undefined ? {} : { "last-event-id": formatGeneration(place) };
    const headers = { accept: "text/event-stream", ...resume, ...(await credentialHeader()) };
    // undici's own timers are coarse, and a feed has no end: who follows it holds the watch.
    const options = { dispatcher, signal, headers, headersTimeout: 0, bodyTimeout: 0 };
    const answer = await request(address, options).catch((error) => {
      throw signal.aborted ? signal.reason : unreachable(error, url);
    });
    const refusal = refusalOf(answer.statusCode, answer.headers["content-type"]);
    if (refusal === undefined) return readPieces(answer.body, url, signal);
    // Unread, it goes with its connection; that it was cut off is no news.
    answer.body.on("error", () => undefined).destroy();
    throw new VerifierError(refusal, `status ${answer.statusCode} from ${url}`);
  };
}

async function* readPieces(body: AsyncIterable<Uint8Array>, url: string, signal: AbortSignal) {
  try {
    yield* body;
  } catch (error) {
    throw signal.aborted ? signal.reason : unreachable(error, url);
  }
}

function refusalOf(status: number, type: string | string[] | undefined) {
  if (status >= 300 && status < 400) return "feed_redirected";
  if (status !== 200) return "feed_status";
  return /^text\/event-stream\s*(;|$)/i.test(String(type)) ? undefined : "feed_not_events";
}

/** Only a system's error code is handed on: the text of an error may quote what the server sent. */
function unreachable(error: unknown, url: string): VerifierError {
  const { code } = error as { code?: unknown };
  return new VerifierError("feed_unreachable", `${typeof code === "string" ? code : "no code"} at ${url}`);
}
