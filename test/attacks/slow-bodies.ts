import type { Test } from "tap";
import type { Mesh } from "../walk/start-mesh.ts";
import { type BodyReader, bodyReaders } from "./body-readers.ts";
import { postHead, type RawAnswer, sendRaw } from "./send-raw.ts";

/** A request must be in within 10 s, which is looked after every second; what is above that is for a busy machine. In ms. */
const closedBetween = [9_000, 13_000] as const;

/** Of each a little comes all the time, so that no connection is ever idle; it would take 15 s. */
const slowBodies = {
  "a body that dribbles": ["Content-Length: 1000\r\n\r\n{", ...Array<string>(75).fill(" ")],
  "a chunked body without end": [
    "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ...Array<string>(75).fill("1\r\n \r\n"),
  ],
};
const everyMs = 200;

/** A slow body that was sent, and what became of it. */
export interface SlowBody {
  readonly name: string;
  readonly reader: BodyReader;
  readonly answer: RawAnswer;
}

/** Sends every slow body to every server that reads bodies, all at the same time. */
export function sendSlowBodies(mesh: Mesh): Promise<readonly SlowBody[]> {
  const sent = bodyReaders(mesh).flatMap((reader) =>
    Object.entries(slowBodies).map(async ([name, [first = "", ...rest]]) => {
      const parts = [postHead(reader.url, reader.headers) + first, ...rest];
      return { name: `${name}, at ${reader.name}`, reader, answer: await sendRaw(reader.url, parts, everyMs) };
    }),
  );
  return Promise.all(sent);
}

/** Each must have been answered with 408, once, and hung up on in time. */
export function checkSlowBodies(t: Test, sent: readonly SlowBody[]): void {
  const [from, to] = closedBetween;
  for (const { name, reader, answer } of sent) {
    const { text, closedAfterMs } = answer;
    t.match(text, /^HTTP\/1\.1 408 /, name);
    t.equal(text.match(/HTTP\/1\.1/g)?.length, 1, `${name}: one answer`);
    if (reader.isOurs) t.match(text, /\r\n\r\n\{"error":"request_timeout",/, `${name}: in JSON`);
    t.ok(closedAfterMs > from && closedAfterMs < to, `${name}: closed after ${Math.round(closedAfterMs)} ms`);
  }
}
