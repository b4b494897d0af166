import type { Test } from "tap";
import { type Answer, ask } from "../walk/ask.ts";
import type { Mesh } from "../walk/start-mesh.ts";
import { type BodyReader, bodyReaders } from "./body-readers.ts";
import { postHead, sendRaw } from "./send-raw.ts";

/** What is wrong with a body: how it is made of a good one, or the type that it is sent under; and what it must get. */
interface BadBody {
  readonly spoil?: (good: string) => string;
  readonly type?: string;
  readonly status: keyof typeof codes;
}

const codes = { 400: "invalid_request", 413: "payload_too_large", 415: "unsupported_media_type" };
const members = (body: string): string => body.slice(1, -1);

const badBodies: Readonly<Record<string, BadBody>> = {
  "JSON that breaks off": { spoil: (good) => good.slice(0, -1), status: 400 },
  "JSON and more": { spoil: (good) => `${good}}`, status: 400 },
  "keys twice": { spoil: (good) => `{${members(good)},${members(good)}}`, status: 400 },
  "a list": { spoil: (good) => `[${good}]`, status: 400 },
  null: { spoil: () => "null", status: 400 },
  "deep nesting": { spoil: () => "[".repeat(10_000), status: 400 },
  "bytes that are no text": { spoil: () => "\0\u0001\u0002", status: 400 },
  "a megabyte and more": { spoil: (good) => `{"x":"${"x".repeat(1_100_000)}",${members(good)}}`, status: 413 },
  "a form": { type: "application/x-www-form-urlencoded", status: 415 },
  "JSON as plain text": { type: "text/plain", status: 415 },
  "JSON in another charset": { type: "application/json; charset=utf-16", status: 415 },
};

/** Sends every server that reads bodies what it must refuse: a 4xx that says what, and nothing of where it was found. */
export async function sendBadBodies(t: Test, mesh: Mesh): Promise<void> {
  for (const reader of bodyReaders(mesh)) {
    t.equal((await post(reader, reader.body)).status, 200, `the control, at ${reader.name}`);
    for (const [what, { spoil = (good: string) => good, type, status }] of Object.entries(badBodies)) {
      // A core reads a body whatever its type says, as SuperTokens' own does.
      if (status === 415 && !reader.isOurs) continue;
      const name = `${what}, at ${reader.name}`;
      const answer = await post(reader, spoil(reader.body), type);
      t.equal(answer.status, status, name);
      t.notMatch(answer.text, /\.ts|\bat /, `${name}: no stack`);
      if (reader.isOurs) t.match(JSON.parse(answer.text), { error: codes[status] }, `${name}: in JSON`);
    }
    if (reader.isOurs) await sendTooManyChunks(t, reader);
  }
}

const post = ({ url, headers }: BodyReader, body: string, type = "application/json"): Promise<Answer> =>
  ask(url, { method: "POST", headers: { ...headers, "content-type": type }, body });

/** More than a body may hold, of one that never ends: refused there and then. */
async function sendTooManyChunks(t: Test, { name, url, headers }: BodyReader): Promise<void> {
  const head = `${postHead(url, headers)}Transfer-Encoding: chunked\r\n\r\n`;
  const { text, closedAfterMs } = await sendRaw(url, [
    head,
    ...Array<string>(3).fill(`2000\r\n${" ".repeat(0x2000)}\r\n`),
  ]);
  t.match(text, /^HTTP\/1\.1 413 .*\r\n\r\n\{"error":"payload_too_large",/s, `chunks without end, at ${name}`);
  t.ok(closedAfterMs < 3_000, `closed after ${Math.round(closedAfterMs)} ms`);
}
